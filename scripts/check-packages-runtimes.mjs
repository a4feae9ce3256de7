// Runs one program on every runtime: tests/packages/runtime.mjs is killed inside a trial and resumed.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { bundleForBrowser, runInBrowser, withoutBrowser } from './check-packages-browser.mjs';
import { capture } from './check-packages-tools.mjs';

/**
 * @typedef {object} Outcome
 * @property {Record<string, object[]>} studies the parameters of every trial
 * @property {Record<string, number>} functions a checksum of each function of Math
 * @property {string[]} [libraries] of SQLite
 *
 * @typedef {object} Runtime
 * @property {string} name
 * @property {Record<string, string>} packages
 * @property {readonly string[]} command below node_modules
 * @property {string} [driver] another SQLite library of the runtime, which is tried as well
 */

/**
 * The runtimes that npm installs. They have SQLite built in, so `npm install asktell` is enough.
 * @type {readonly Runtime[]}
 */
export const runtimes = [
  { name: 'Node 22', packages: { node: '22' }, command: ['node/bin/node'] },
  { name: 'Node 24', packages: { node: '24' }, command: ['node/bin/node'] },
  { name: 'Bun', packages: { bun: '1.4.5' }, command: ['.bin/bun'], driver: 'bun:sqlite' },
  { name: 'Deno', packages: { deno: '2.9.6' }, command: ['.bin/deno', 'run', '-A'] },
];

/**
 * Kills the program inside a trial, and resumes it.
 * @param {string} where folder with the program
 * @param {readonly string[]} command
 * @param {string} [driver] the SQLite library; the default of the runtime if it is omitted
 * @returns {Promise<Outcome>}
 */
export async function killAndResume(where, [program = '', ...command], driver = '') {
  const args = [...command, 'runtime.mjs', driver];
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${where}/runtimes.db${suffix}`, { force: true });
  const killed = spawnSync(program, [...args, 'kill'], { cwd: where, encoding: 'utf8' });
  if (killed.signal !== 'SIGKILL')
    throw new Error(`the program must be killed in trial 100, but: ${killed.status} ${killed.stdout}${killed.stderr}`);
  const output = await capture(program, args, { cwd: where });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

/**
 * Runs the study in a browser, in memory.
 * @param {string} entry
 * @param {string} temp
 * @returns {Promise<{ outcome: Outcome, version: string } | string>} the reason if there is no browser
 */
export async function browserOutcome(entry, temp) {
  const reason = withoutBrowser();
  if (reason !== undefined) return reason;
  await bundleForBrowser([entry], `${temp}/runtime-site`);
  const { result, version } = await runInBrowser(`${temp}/runtime-site`, 'runtime-page.mjs', temp);
  return { outcome: result, version };
}

/**
 * Compares the proposals of two runtimes. They must have the same bits, whatever the functions of `Math` return.
 * @param {Outcome} reference
 * @param {Outcome} other
 * @returns {string} what was compared
 * @throws Error that names the first trial of each study that differs
 */
export function compared(reference, other) {
  const names = Object.keys(reference.studies);
  if (names.length < 11 || names.join() !== Object.keys(other.studies).join())
    throw new Error(`the studies differ: ${names.join()} and ${Object.keys(other.studies).join()}`);
  let trials = 0;
  const differences = names.flatMap((name) => {
    const [a = [], b = []] = [reference.studies[name], other.studies[name]];
    trials += a.length;
    if (a.length < 40 || a.length !== b.length) return [`${name} has ${a.length} and ${b.length} trials`];
    const number = a.findIndex((params, i) => JSON.stringify(params) !== JSON.stringify(b[i]));
    if (number < 0) return [];
    return [`${name} from trial ${number} on: ${JSON.stringify(a[number])} and ${JSON.stringify(b[number])}`];
  });
  const functions = Object.keys(reference.functions).filter((f) => reference.functions[f] !== other.functions[f]);
  const math = functions.length === 0 ? '' : `, although Math.${functions.join(', ')} have other bits`;
  if (differences.length > 0) throw new Error(`the proposals differ${math}:\n${differences.join('\n')}`);
  return `the same bits in ${trials} trials of ${names.length} studies${math}`;
}
