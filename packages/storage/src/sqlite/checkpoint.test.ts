import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskRequest, StudyRecord, StudyRef, TrialOp } from '@asktell/core';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { commitsPerCheckpoint } from './connection.ts';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
let files = 0;
beforeEach(() => {
  path = join(folder, `${files++}.db`);
});

const one: AskRequest = { fresh: [], owner: null, plan: () => ({ fail: [], take: [], create: 1 }), fill: null };

async function started(storage: SqliteStorage): Promise<StudyRef> {
  const { ref } = await storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: new Map() });
  await storage.ask(ref, null, one);
  return ref;
}

/** A write that changes a few pages, as a tell does. */
const change = (value: number): readonly TrialOp[] => [
  { kind: 'attr', number: 0, scope: 'user', key: `k${value % 50}`, value },
];

/** Writes `count` times, and says whether any of them had to wait. */
async function write(storage: SqliteStorage, ref: StudyRef, count: number): Promise<boolean> {
  let waited = false;
  for (let i = 0; i < count; i++) {
    const written = storage.write(ref, change(i));
    if (!(written instanceof Promise)) continue;
    waited = true;
    await written;
  }
  return waited;
}

const logBytes = (): number => statSync(`${path}-wal`).size;

describe('the write-ahead log', () => {
  test('begins anew after so many commits, also when two connections take turns', async () => {
    const [here, there] = [new SqliteStorage(path), new SqliteStorage(path)];
    const ref = await started(here);
    await there.findStudy('study');
    await write(here, ref, 10);
    const once = logBytes();
    await write(here, ref, 2 * commitsPerCheckpoint);
    const usual = logBytes();
    expect(usual).toBeGreaterThan(once);
    for (let i = 0; i < 4 * commitsPerCheckpoint; i++) await (i % 2 === 0 ? here : there).write(ref, change(i));
    expect(logBytes()).toBeLessThan(2.5 * usual);
    await there.close();
    await here.close();
  });

  test('a reader with an open transaction blocks no writer; when it is gone the log stops growing', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage);
    const reader = new Database(path, { readonly: true });
    const seen = reader.prepare('SELECT count(*) FROM trial_user_attributes').pluck();
    reader.exec('BEGIN');
    expect(seen.get()).toBe(0);
    expect(await write(storage, ref, 2 * commitsPerCheckpoint + 5), 'a write has waited').toBe(false);
    expect(seen.get(), 'the reader keeps its view').toBe(0);
    reader.exec('COMMIT');
    expect(seen.get()).toBe(50);
    await write(storage, ref, commitsPerCheckpoint);
    const grown = logBytes();
    expect(await write(storage, ref, 2 * commitsPerCheckpoint)).toBe(false);
    expect(logBytes()).toBe(grown);
    reader.close();
    await storage.close();
  });

  test('a checkpoint that fails fails no write', async () => {
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
    expect(trials[0]?.userAttrs?.get('k49')).toBe(commitsPerCheckpoint - 1);
    await storage.close();
  });
});
