import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './workspace.mjs';

const file = `${root}/.asktell/bootstrap.lock`;

/**
 * Runs `work` under a lock, so that two processes do not install or build at the same time.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  mkdirSync(`${root}/.asktell`, { recursive: true });
  for (let reported = false; !acquire(); reported = true) {
    if (!reported) console.error('asktell: waiting for another process that installs or builds here …');
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

function acquire() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    if (isStale()) rmSync(file, { force: true });
    return false;
  }
}

/** Whether the owner of the lock is dead. A lock older than 15 minutes is stale, too, because its pid may be reused. */
function isStale() {
  try {
    if (Date.now() - statSync(file).mtimeMs > 15 * 60_000) return true;
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
    return false; // an empty file is about to be written
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
