import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { loadStudy } from '../index.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('child.test.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-exit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Byte 18 of a database is 1 for a rollback journal and 2 for WAL. */
const isSingleFile = (file: string): boolean =>
  readFileSync(file)[18] === 1 && !existsSync(`${file}-wal`) && !existsSync(`${file}-shm`);

it.each([
  ['ends normally', 'forget'],
  ['calls process.exit', 'exit'],
])(
  'a process that never closes its study and %s, at any moment of a checkpoint, leaves a single file',
  {
    timeout: 300_000,
  },
  async (_, task) => {
    // A checkpoint is due after about 600 of these trials. Each process ends a bit later than the previous one.
    for (const trials of [5, 550, 580, 610, 640, 700]) {
      const file = join(folder, `${task}-${trials}.db`);
      // A checkpoint thread that kept the process alive would do so for a minute.
      const limit = { timeout: 50_000 };
      const { stdout, stderr } = await run(process.execPath, [child, task, file, String(trials)], limit);
      expect([stdout, stderr]).toEqual(['{"done":true}\n', '']);
      expect(isSingleFile(file), `${trials} trials`).toBe(true);
      const study = await loadStudy({ name: 'shared', storage: file });
      expect((await study.trials({ states: ['complete'] })).length).toBe(trials);
      await study.close();
    }
  },
);

it.each([
  ['ends: it leaves a single file', 'end', ''],
  ['continues: it soon has a single file', 'on', 'single file\n'],
  ['continues: its own driver stays open', 'driver', '5 trials\n'],
])(
  'a process whose unclosed study is garbage collected %s',
  {
    timeout: 120_000,
  },
  async (_, task, output) => {
    const file = join(folder, `dropped-${task}.db`);
    const dropped = fileURLToPath(new URL('dropped.test.mjs', import.meta.url));
    const { stdout, stderr } = await run(process.execPath, [dropped, task, file]);
    expect([stdout, stderr]).toEqual([output, '']);
    if (task !== 'driver') expect(isSingleFile(file)).toBe(true);
  },
);

it('the log of a killed process is read by the next process and removed when that one closes', {
  timeout: 120_000,
}, async () => {
  const file = join(folder, 'killed.db');
  const victim = spawn(process.execPath, [child, 'crash', file, '1000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: number[] = [];
  let text = '';
  victim.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() as string;
    for (const line of lines) {
      const fact = JSON.parse(line) as { told?: number };
      if (fact.told !== undefined) told.push(fact.told);
    }
    if (told.length > 200) victim.kill('SIGKILL');
  });
  await once(victim, 'close');
  expect(existsSync(`${file}-wal`)).toBe(true);
  // A read-only connection, as dashboards use, sees all trials.
  const reader = new Database(file, { readonly: true });
  const complete = reader.prepare("SELECT count(*) FROM trials WHERE state = 'COMPLETE'").pluck();
  expect(complete.get()).toBeGreaterThanOrEqual(told.length);
  reader.close();
  const study = await loadStudy({ name: 'shared', storage: file });
  const trials = await study.trials();
  for (const number of told) expect(trials[number]?.state).toBe('complete');
  await study.tell(await study.ask(), 1);
  await study.close();
  expect(isSingleFile(file)).toBe(true);
});
