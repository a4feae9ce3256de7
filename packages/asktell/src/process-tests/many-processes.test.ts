import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadStudy } from '../index.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('child.test.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-share-'));

beforeAll(() => {
  const built = new URL('../../dist/index.js', import.meta.url);
  if (!existsSync(built)) throw new Error('The children import the built package: run `npm run build` first.');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run torture` sets the variable. */
const long = process.env['ASKTELL_TORTURE'] === '1';
const writers = 8;
const readers = 2;
const total = writers * (long ? 10_000 : 250);

it(`eight writers and two readers share one study: exactly ${total} trials, distinct numbers without gaps, no error`, {
  timeout: long ? 1_200_000 : 300_000,
}, async () => {
  const file = join(folder, 'shared.db');
  const began = performance.now();
  let log = 0;
  const watch = setInterval(() => {
    log = Math.max(log, statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  }, 20);
  const start = (task: string): ReturnType<typeof run> =>
    run(process.execPath, [child, task, file, String(total)], { maxBuffer: 1e8 });
  // The processes also race to create the study.
  const outputs = await Promise.all([
    ...Array.from({ length: writers }, () => start('share')),
    ...Array.from({ length: readers }, () => start('read')),
  ]);
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ''));
  const worked = outputs
    .slice(0, writers)
    .map(({ stdout }) => JSON.parse(String(stdout)) as { told: number[]; stallMs: number });
  const looked = outputs
    .slice(writers)
    .map(({ stdout }) => JSON.parse(String(stdout)) as { looks: number; finished: number });
  const told = worked.flatMap((worker) => worker.told);
  expect(told.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => i));
  expect(looked.map(({ finished }) => finished)).toEqual([total, total]);
  // A log that never restarts would contain everything that was written.
  expect(log).toBeLessThan(200_000_000);

  const study = await loadStudy({ name: 'shared', storage: file });
  const trials = await study.trials();
  expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: total }, (_, i) => i));
  expect(trials.filter(({ state }) => state !== 'complete')).toEqual([]);
  const starts = trials.map(({ record }) => record.startedAt as number);
  expect(starts, 'starts increase with the numbers').toEqual([...starts].sort((a, b) => a - b));
  const stamps = trials.flatMap(({ record }) => [record.startedAt, record.finishedAt]);
  expect(new Set(stamps).size, 'all timestamps are distinct').toBe(2 * total);
  for (const { value, params } of trials) {
    const { x, kind, n = 0 } = params as { x: number; kind: string | null; n?: number };
    expect(value).toBe(x ** 2 + (kind === 'a' ? n : 0));
  }
  await study.close();
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  if (!long) return;
  const stall = Math.max(...worked.map(({ stallMs }) => stallMs));
  const looks = looked.map((reader) => reader.looks).join(' + ');
  console.log(
    `torture, ${writers} writers: ${told.length} trials in ${seconds.toFixed(0)} s, ${total - trials.length} lost, ${told.length - new Set(told).size} double, 0 errors; ${readers} readers looked ${looks} times; longest event-loop delay of a writer ${stall.toFixed(1)} ms; longest log ${(log / 1e6).toFixed(1)} MB`,
  );
});

it('eight processes that avoid duplicates try 27 points in 27 trials, then exit', {
  timeout: 120_000,
}, async () => {
  const file = join(folder, 'cube.db');
  const worker = fileURLToPath(new URL('avoid.test.mjs', import.meta.url));
  const outputs = await Promise.all(Array.from({ length: 8 }, () => run(process.execPath, [worker, file, '8'])));
  const told = outputs.map(({ stdout }) => JSON.parse(stdout) as number[]);
  expect(told.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 27 }, (_, i) => i));
  const study = await loadStudy({ name: 'cube', storage: file });
  expect(study.duplicates).toBe('avoid');
  const trials = await study.trials();
  expect(new Set(trials.map(({ flatParams }) => JSON.stringify(flatParams))).size).toBe(27);
  expect(trials.filter(({ state }) => state === 'fail')).toHaveLength(6);
  expect(Math.min(...told.map(({ length }) => length)), 'each process had a trial').toBeGreaterThan(0);
  await study.close();
});
