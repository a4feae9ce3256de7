import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runs } from '@asktell/testing';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { type FlatParams, type FrozenTrial, loadStudy } from '../index.ts';

const child = fileURLToPath(new URL('child.test.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run torture` sets the variable. */
const long = process.env['ASKTELL_TORTURE'] === '1';
const kills = long ? 200 : runs(32);
const atOnce = 3;
/**
 * Maximum lifetimes of a child in milliseconds. The longest ones include checkpoints. On a machine where processes start
 * more slowly than `usualStart`, lifetimes are longer by the same factor.
 */
const usualStart = 400;
const [usual, longest] = [250, long ? 3000 : 1000];

/** A message of a child about an acknowledged operation. */
type Message =
  | { readonly ready: true }
  | { readonly reported: number; readonly params: FlatParams; readonly resumed: boolean }
  | { readonly told: number; readonly value: number }
  | { readonly done: true };

/** Records everything that was acknowledged to any child, and their error output. */
class Recorder {
  readonly told = new Map<number, number>();
  readonly reported = new Map<number, FlatParams>();
  resumed = 0;
  readonly errors: string[] = [];

  record(message: Message): void {
    if ('reported' in message) {
      const before = this.reported.get(message.reported);
      if (message.resumed) this.resumed++;
      if (before !== undefined) expect(message.params, 'an orphan is resumed with its parameters').toEqual(before);
      this.reported.set(message.reported, message.params);
    } else if ('told' in message) {
      expect(this.told.has(message.told), `trial ${message.told} was told twice`).toBe(false);
      this.told.set(message.told, message.value);
    }
  }
}

/** Runs a child. Resolves to its exit code, or `null` if it was killed. `started` receives the process. */
async function runChild(
  file: string,
  trials: number,
  recorder: Recorder,
  started: (child: ChildProcess, ready: Promise<void>) => void,
): Promise<number | null> {
  const process_ = spawn(process.execPath, [child, 'crash', file, String(trials)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isReady = (): void => {};
  started(process_, new Promise((resolve) => (isReady = resolve)));
  process_.stderr.on('data', (chunk) => recorder.errors.push(String(chunk)));
  const exited = new Promise<number | null>((resolve) => process_.once('close', resolve));
  for await (const line of createInterface({ input: process_.stdout })) {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      continue; // the line was cut off by the kill
    }
    if ('ready' in message) isReady();
    recorder.record(message);
  }
  return exited;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it(`acknowledged results survive ${kills} kills, orphans are resumed, the file stays intact`, {
  timeout: long ? 1_200_000 : 300_000,
}, async () => {
  const file = join(folder, 'crash.db');
  const recorder = new Recorder();
  let killed = 0;
  let slowness = 1;
  /** On a slow machine, many children are killed before their first trial. */
  const isEnough = (): boolean => killed >= kills && recorder.resumed > 0 && recorder.told.size > 100;
  /** Runs children until enough were killed. The kills happen at random moments: at the start, at work, at the end. */
  const lane = async (n: number): Promise<void> => {
    for (let i = n; !isEnough(); i++) {
      const early = i % 3 === 0;
      const code = await runChild(file, i % 4 === 0 ? 3 : 1_000_000, recorder, (victim, ready) => {
        const born = performance.now();
        const kill = early
          ? pause(Math.random() * 600 * slowness)
          : ready.then(() => {
              slowness = Math.max(1, (performance.now() - born) / usualStart);
              return pause(Math.random() * (i % 4 === 0 ? 30 : i % 7 === 0 ? longest : usual) * slowness);
            });
        void kill.then(() => victim.kill('SIGKILL'));
      });
      if (code === null) killed++;
      else expect([code, recorder.errors.join('')], 'it exited before the kill').toEqual([0, '']);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => lane(n)));
  expect(await runChild(file, 2 * atOnce, recorder, () => {}), 'the last child exits normally').toBe(0);
  expect(recorder.errors.join(''), 'no error output').toBe('');
  expect(killed).toBeGreaterThanOrEqual(30);
  expect(recorder.resumed, 'orphans were resumed').toBeGreaterThan(0);
  expect(recorder.told.size).toBeGreaterThan(100);

  const study = await loadStudy({ name: 'shared', storage: file });
  const trials = await study.trials();
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
  expect(trials.filter(({ state }) => state !== 'complete').map(({ number, state }) => [number, state])).toEqual([]);
  for (const [number, value] of recorder.told) {
    expect((trials[number] as FrozenTrial).value, `the value told for trial ${number}`).toBe(value);
    expect((trials[number] as FrozenTrial).userAttrs).toEqual({ square: value });
  }
  for (const [number, params] of recorder.reported) expect((trials[number] as FrozenTrial).params).toEqual(params);
  await study.close();
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  if (!long) return;
  const lost = [...recorder.told.keys()].filter((number) => trials[number]?.state !== 'complete');
  console.log(
    `torture, kills: ${killed} processes killed, ${recorder.told.size} results acknowledged in ${trials.length} trials, ${lost.length} lost, 0 double, ${recorder.resumed} orphans resumed, 0 errors, integrity ok`,
  );
});
