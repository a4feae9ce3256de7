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

/** `npm run torture` sets it. */
const long = process.env['ASKTELL_TORTURE'] === '1';
const kills = long ? 200 : runs(32);
const atOnce = 3;
/**
 * Milliseconds that a life lasts at most; the longest are long enough for checkpoints to be under way. Where a process
 * takes longer than usual to start, everything does: then lives are longer by as much.
 */
const usualStart = 400;
const [usual, longest] = [250, long ? 3000 : 1000];

/** What a child was promised. */
type Fact =
  | { readonly ready: true }
  | { readonly reported: number; readonly params: FlatParams; readonly resumed: boolean }
  | { readonly told: number; readonly value: number }
  | { readonly done: true };

/** All that was acknowledged to anybody, and what must not have happened. */
class Witness {
  readonly told = new Map<number, number>();
  readonly reported = new Map<number, FlatParams>();
  resumed = 0;
  readonly complaints: string[] = [];

  hear(fact: Fact): void {
    if ('reported' in fact) {
      const before = this.reported.get(fact.reported);
      if (fact.resumed) this.resumed++;
      if (before !== undefined) expect(fact.params, 'an orphan comes back with its parameters').toEqual(before);
      this.reported.set(fact.reported, fact.params);
    } else if ('told' in fact) {
      expect(this.told.has(fact.told), `trial ${fact.told} was told twice`).toBe(false);
      this.told.set(fact.told, fact.value);
    }
  }
}

/** Starts a child; resolves to its exit code, `null` when it was killed. `started` gets the process. */
async function life(
  file: string,
  trials: number,
  witness: Witness,
  started: (child: ChildProcess, ready: Promise<void>) => void,
): Promise<number | null> {
  const process_ = spawn(process.execPath, [child, 'crash', file, String(trials)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isReady = (): void => {};
  started(process_, new Promise((resolve) => (isReady = resolve)));
  process_.stderr.on('data', (chunk) => witness.complaints.push(String(chunk)));
  const exited = new Promise<number | null>((resolve) => process_.once('close', resolve));
  for await (const line of createInterface({ input: process_.stdout })) {
    let fact: Fact;
    try {
      fact = JSON.parse(line) as Fact;
    } catch {
      continue; // the line that it died on
    }
    if ('ready' in fact) isReady();
    witness.hear(fact);
  }
  return exited;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it(`what was acknowledged survives ${kills} kills, orphans come back, the file stays whole`, {
  timeout: long ? 1_200_000 : 300_000,
}, async () => {
  const file = join(folder, 'crash.db');
  const witness = new Witness();
  let killed = 0;
  let slowness = 1;
  /** On a slow machine, many are killed before they have done anything. */
  const isEnough = (): boolean => killed >= kills && witness.resumed > 0 && witness.told.size > 100;
  /** Lives until all kills are done. Each life ends at a random moment: before it is ready, at work, while it closes. */
  const lane = async (n: number): Promise<void> => {
    for (let i = n; !isEnough(); i++) {
      const early = i % 3 === 0;
      const code = await life(file, i % 4 === 0 ? 3 : 1_000_000, witness, (victim, ready) => {
        const born = performance.now();
        const shot = early
          ? pause(Math.random() * 600 * slowness)
          : ready.then(() => {
              slowness = Math.max(1, (performance.now() - born) / usualStart);
              return pause(Math.random() * (i % 4 === 0 ? 30 : i % 7 === 0 ? longest : usual) * slowness);
            });
        void shot.then(() => victim.kill('SIGKILL'));
      });
      if (code === null) killed++;
      else expect([code, witness.complaints.join('')], 'it came to its end before the shot').toEqual([0, '']);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => lane(n)));
  expect(await life(file, 2 * atOnce, witness, () => {}), 'the last life ends well').toBe(0);
  expect(witness.complaints.join(''), 'nobody complained').toBe('');
  expect(killed).toBeGreaterThanOrEqual(30);
  expect(witness.resumed, 'orphans came back').toBeGreaterThan(0);
  expect(witness.told.size).toBeGreaterThan(100);

  const study = await loadStudy({ name: 'shared', storage: file });
  const trials = await study.trials();
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
  expect(trials.filter(({ state }) => state !== 'complete').map(({ number, state }) => [number, state])).toEqual([]);
  for (const [number, value] of witness.told) {
    expect((trials[number] as FrozenTrial).value, `the value told for trial ${number}`).toBe(value);
    expect((trials[number] as FrozenTrial).userAttrs).toEqual({ square: value });
  }
  for (const [number, params] of witness.reported) expect((trials[number] as FrozenTrial).params).toEqual(params);
  await study.close();
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  if (!long) return;
  const lost = [...witness.told.keys()].filter((number) => trials[number]?.state !== 'complete');
  console.log(
    `torture, kills: ${killed} processes killed, ${witness.told.size} results acknowledged in ${trials.length} trials, ${lost.length} lost, 0 double, ${witness.resumed} orphans resumed, 0 errors, integrity ok`,
  );
});
