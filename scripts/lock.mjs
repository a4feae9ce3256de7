import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './workspace.mjs';

const file = `${root}/.asktell/bootstrap.lock`;

/** Two `npm start` in a fresh clone must not install or compile over each other.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  mkdirSync(`${root}/.asktell`, { recursive: true });
  for (let told = false; !take(); told = true) {
    if (!told) console.error('asktell: waiting for another process that installs or builds here …');
    await sleep(100);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    if (abandoned()) rmSync(file, { force: true });
    return false;
  }
}

/** The owner is dead, or its number was given to someone else long ago. */
function abandoned() {
  try {
    if (Date.now() - statSync(file).mtimeMs > 15 * 60_000) return true;
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
    return false; // an empty file is being written just now
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
