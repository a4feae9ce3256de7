import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskRequest, StudyRecord, StudyRef, TrialOp } from '@asktell/core';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { writesPerCheckpoint } from './connection.ts';
import { SqliteStorage } from './index.ts';

/** Each write below is three statements, including BEGIN and COMMIT. */
const commitsPerCheckpoint = Math.ceil(writesPerCheckpoint / 3);

const folder = mkdtempSync(join(tmpdir(), 'asktell-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
let files = 0;
beforeEach(() => {
  path = join(folder, `${files++}.db`);
});

const one: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };

async function started(storage: SqliteStorage): Promise<StudyRef> {
  const { ref } = await storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: new Map() });
  await storage.ask(ref, null, one);
  return ref;
}

/** A write that changes a few pages, as a tell does. */
const change = (value: number): readonly TrialOp[] => [
  { kind: 'attr', number: 0, scope: 'user', key: `k${value % 50}`, value },
];

/** Writes `count` times and returns whether any write had to wait. */
async function write(storage: SqliteStorage, ref: StudyRef, count: number): Promise<boolean> {
  let waited = false;
  for (let i = 0; i < count; i++) {
    const written = storage.write(ref, null, change(i));
    if (!(written instanceof Promise)) continue;
    waited = true;
    await written;
  }
  return waited;
}

const byItself = (): SqliteStorage => new SqliteStorage(new Database(path));
const inBackground = (): SqliteStorage => new SqliteStorage(path);

/**
 * Writes until the log stops growing, which shows that it restarts. On a busy machine the checkpoint thread may start
 * late, and the log grows meanwhile. A log that never stops growing makes the test time out.
 */
async function untilLogStays(more: () => Promise<unknown>): Promise<void> {
  for (let before = -1; before !== logBytes(); ) {
    before = logBytes();
    await more();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const logBytes = (): number => statSync(`${path}-wal`).size;

describe('the write-ahead log', () => {
  test('restarts after a number of commits, also with two alternating connections', async () => {
    const [here, there] = [byItself(), byItself()];
    const ref = await started(here);
    await there.findStudy('study');
    await write(here, ref, 10);
    const once = logBytes();
    await write(here, ref, 2 * commitsPerCheckpoint);
    const usual = logBytes();
    expect(usual).toBeGreaterThan(once);
    for (let i = 0; i < 4 * commitsPerCheckpoint; i++) await (i % 2 === 0 ? here : there).write(ref, null, change(i));
    expect(logBytes()).toBeLessThan(2.5 * usual);
    await there.close();
    await here.close();
  });

  test('restarts with background checkpoints of two alternating connections', { timeout: 120_000 }, async () => {
    const [here, there] = [inBackground(), inBackground()];
    const ref = await started(here);
    await there.findStudy('study');
    await untilLogStays(async () => {
      for (let i = 0; i < 2 * commitsPerCheckpoint; i++) await (i % 2 === 0 ? here : there).write(ref, null, change(i));
    });
    await there.close();
    await here.close();
  });

  test.each([
    ['checkpoints of the connection itself', byItself],
    ['background checkpoints', inBackground],
  ] as const)(
    'an open read transaction does not block writers, and the log stops growing after it ends: %s',
    { timeout: 120_000 },
    async (_, open) => {
      const storage = open();
      const ref = await started(storage);
      const reader = new Database(path, { readonly: true });
      const seen = reader.prepare('SELECT count(*) FROM trial_user_attributes').pluck();
      reader.exec('BEGIN');
      expect(seen.get()).toBe(0);
      const waited = await write(storage, ref, 2 * commitsPerCheckpoint + 5);
      expect(seen.get(), 'the reader keeps its view').toBe(0);
      reader.exec('COMMIT');
      expect(seen.get()).toBe(50);
      let waitedAgain = false;
      await untilLogStays(async () => {
        if (await write(storage, ref, commitsPerCheckpoint)) waitedAgain = true;
      });
      // Only a background checkpoint can block a write.
      if (open === byItself) expect([waited, waitedAgain]).toEqual([false, false]);
      reader.close();
      await storage.close();
    },
  );

  test('a failed checkpoint does not fail a write', async () => {
    const db = new Database(path);
    let failures = 0;
    const storage = new SqliteStorage({
      exec: (sql) => db.exec(sql),
      close: () => db.close(),
      prepare: (sql) => {
        const statement = db.prepare(sql);
        if (!sql.includes('wal_checkpoint')) return statement;
        const fail = (): never => {
          failures++;
          throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
        };
        return { run: fail, get: fail, all: fail };
      },
    });
    const ref = await started(storage);
    await write(storage, ref, commitsPerCheckpoint);
    expect(failures).toBe(1);
    const { trials } = await storage.pull(((await storage.findStudy('study')) as StudyRecord).ref, null);
    expect(trials[0]?.userAttrs?.size).toBe(50);
    await storage.close();
  });
});
