// Runs one program on every runtime: tests/packages/runtime.mjs is killed inside a trial and resumed.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { bundleForBrowser, runInBrowser, withoutBrowser } from './check-packages-browser.mjs';
import { capture } from './check-packages-tools.mjs';

/**
 * @typedef {{ params: object[], functions: Record<string, number>, libraries?: string[] }} Outcome
 * @typedef {object} Runtime
 * @property {string} name
 * @property {Record<string, string>} packages
 * @property {readonly string[]} command below node_modules
 * @property {boolean} exact whether the proposals must have the same bits as on this Node
 * @property {string} [driver] another SQLite library of the runtime, which is tried as well
 */

/**
 * The runtimes that npm installs. They have SQLite built in, so `npm install asktell` is enough.
 * @type {readonly Runtime[]}
 */
export const runtimes = [
  { name: 'Node 22', packages: { node: '22' }, command: ['node/bin/node'], exact: true },
  { name: 'Node 24', packages: { node: '24' }, command: ['node/bin/node'], exact: true },
  { name: 'Bun', packages: { bun: '1.4.5' }, command: ['.bin/bun'], exact: false, driver: 'bun:sqlite' },
  { name: 'Deno', packages: { deno: '2.9.6' }, command: ['.bin/deno', 'run', '-A'], exact: false },
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

/** Proposals of engines with other functions of `Math` may differ by this factor. */
const tolerance = 1e-9;

/**
 * Compares the proposals of two runtimes. They must be the same bits where all functions of `Math` are.
 * @param {Outcome} reference
 * @param {Outcome} other
 * @param {boolean} exact whether only the same bits are accepted
 * @returns {string} how they compare
 * @throws Error if they differ by more than that
 */
export function compared(reference, other, exact) {
  if (reference.params.length !== 200 || other.params.length !== 200)
    throw new Error(`a study must have 200 trials, not ${reference.params.length} and ${other.params.length}`);
  let worst = 0;
  let trials = 0;
  for (const [number, params] of reference.params.entries()) {
    const difference = distance(params, other.params[number]);
    worst = Math.max(worst, difference);
    if (difference > 0) trials++;
  }
  if (worst === 0) return 'the same bits';
  const functions = Object.keys(reference.functions).filter((f) => reference.functions[f] !== other.functions[f]);
  const text = `${trials} trials differ, by at most ${worst.toExponential(1)}; Math.${functions.join(', ')} have other bits`;
  if (exact || functions.length === 0 || !(worst <= tolerance)) throw new Error(`the proposals differ: ${text}`);
  return text;
}

/**
 * The largest relative difference of two values of the same shape. Infinity for other differences.
 * @param {unknown} a
 * @param {unknown} b
 * @returns {number}
 */
function distance(a, b) {
  if (Object.is(a, b)) return 0;
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Number.POSITIVE_INFINITY;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return Math.max(0, ...keys.map((key) => distance(left.get(key), right.get(key))));
}
