import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
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

it('eight processes share one study: 2,000 trials exactly, distinct numbers without gaps, no error', {
  timeout: 120_000,
}, async () => {
  const total = 2000;
  const file = join(folder, 'shared.db');
  // They race for creating the study, too.
  const outputs = await Promise.all(
    Array.from({ length: 8 }, () => run(process.execPath, [child, 'share', file, String(total)])),
  );
  expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ''));
  const told = outputs.map(({ stdout }) => (JSON.parse(stdout) as { told: number[] }).told);
  expect(told.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => i));

  const study = await loadStudy({ name: 'shared', storage: file });
  const trials = await study.trials();
  expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: total }, (_, i) => i));
  expect(trials.filter(({ state }) => state !== 'complete')).toEqual([]);
  const starts = trials.map(({ record }) => record.startedAt as number);
  expect(starts, 'starts increase with the numbers').toEqual([...starts].sort((a, b) => a - b));
  const stamps = trials.flatMap(({ record }) => [record.startedAt, record.finishedAt]);
  expect(new Set(stamps).size, 'no two stamps are equal').toBe(2 * total);
  for (const { value, params } of trials) {
    const { x, kind, n = 0 } = params as { x: number; kind: string | null; n?: number };
    expect(value).toBe(x ** 2 + (kind === 'a' ? n : 0));
  }
  await study.close();
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
});
