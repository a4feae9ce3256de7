import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrialOp } from '@asktell/core';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { BackgroundCheckpoints } from './background-checkpoints.ts';
import { writesPerCheckpoint } from './connection.ts';
import { SqliteStorage } from './index.ts';

const threads = vi.hoisted(() => ({ forbidden: false, started: 0 }));
vi.mock('node:worker_threads', async (original) => {
  const actual = await original<typeof import('node:worker_threads')>();
  return {
    ...actual,
    Worker: class extends actual.Worker {
      constructor(...args: ConstructorParameters<typeof actual.Worker>) {
        if (threads.forbidden) throw new Error('no threads here');
        threads.started++;
        super(...args);
      }
    },
  };
});

const library = { name: 'better-sqlite3', module: createRequire(import.meta.url).resolve('better-sqlite3') } as const;
const folder = mkdtempSync(join(tmpdir(), 'asktell-background-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
let files = 0;
beforeEach(() => {
  path = join(folder, `${files++}.db`);
  threads.forbidden = false;
  threads.started = 0;
});

/** Byte 18 of a database is 1 for a rollback journal and 2 for WAL. */
const isSingleFile = (): boolean =>
  readFileSync(path)[18] === 1 && !existsSync(`${path}-wal`) && !existsSync(`${path}-shm`);

/** A database whose data is still in the log. */
function logged(): Database.Database {
  const db = new Database(path, { timeout: 60_000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL'); // otherwise each insert below would wait for the disk
  db.pragma('wal_autocheckpoint = 0');
  db.exec('CREATE TABLE t (x)');
  for (let i = 0; i < 200; i++) db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(1000));
  return db;
}

/** The number of frames in the log, and the number of frames that were copied to the database. */
function frames(db: Database.Database): readonly number[] {
  const [row] = db.pragma('wal_checkpoint(NOOP)') as readonly { log: number; checkpointed: number }[];
  return [row?.log as number, row?.checkpointed as number];
}

async function until(reached: () => boolean): Promise<void> {
  for (let i = 0; i < 5000 && !reached(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(reached()).toBe(true);
}

/** Writes until a checkpoint is due. */
async function writeMuch(storage: SqliteStorage): Promise<void> {
  const { ref } = await storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: new Map() });
  await storage.ask(ref, null, {
    fresh: [],
    owner: null,
    plan: () => ({ write: [], take: [], create: 1 }),
    fill: null,
  });
  const ops = Array.from(
    { length: 100 },
    (_, i): TrialOp => ({ kind: 'attr', number: 0, scope: 'user', key: `k${i}`, value: i }),
  );
  for (let i = 0; i <= writesPerCheckpoint / ops.length; i++) await storage.write(ref, null, ops);
}

describe('checkpoints in a thread', { timeout: 120_000 }, () => {
  test('move the whole log into the database, so that the log restarts', async () => {
    const db = logged();
    const size = statSync(path).size;
    const checkpoints = new BackgroundCheckpoints(path, library);
    expect(checkpoints.request()).toBe(true);
    expect(checkpoints.request(), 'one is running').toBe(true);
    await until(() => statSync(path).size > size + 200_000);
    await checkpoints.stop();
    const before = statSync(`${path}-wal`).size;
    db.prepare('INSERT INTO t VALUES (1)').run();
    expect(statSync(`${path}-wal`).size).toBe(before);
    expect(frames(db)[0], 'the log contains the last transaction only').toBeLessThan(5);
    db.close();
    expect(threads.started).toBe(1);
  });

  test('run in the same thread, and in a new thread after a stop', async () => {
    const db = logged();
    const checkpoints = new BackgroundCheckpoints(path, library);
    for (let i = 1; i <= 4; i++) {
      db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000));
      // Requests are repeated because a request is dropped while a checkpoint is running.
      await until(() => checkpoints.request() && frames(db)[0] === frames(db)[1]);
      if (i === 2) await checkpoints.stop();
    }
    await checkpoints.stop();
    db.close();
    expect(threads.started).toBe(2);
  });

  test('are cancelled or completed by a stop at any moment, which frees the file', async () => {
    for (let i = 0; i < 12; i++) {
      const db = logged();
      const checkpoints = new BackgroundCheckpoints(path, library);
      checkpoints.request();
      await new Promise((resolve) => setTimeout(resolve, 5 * i));
      if (i % 2 === 0) await checkpoints.stop();
      else checkpoints.stopNow();
      expect(db.pragma('journal_mode = DELETE', { simple: true }), `after ${5 * i} ms`).toBe('delete');
      expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(200);
      db.close();
      await checkpoints.stop();
      rmSync(path);
    }
  });

  test('a stop waits for the last of several checkpoints', async () => {
    const db = logged();
    const checkpoints = new BackgroundCheckpoints(path, library);
    checkpoints.request();
    const turn = new Int32Array(new SharedArrayBuffer(4));
    // This loop blocks the event loop, so the messages of the first checkpoints arrive after the stop.
    const end = performance.now() + 300;
    while (performance.now() < end) {
      db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000));
      checkpoints.request();
      Atomics.wait(turn, 0, 0, 1);
    }
    await checkpoints.stop();
    expect(checkpoints.stopNow(), 'no checkpoint is running').toBe(true);
    expect(db.pragma('journal_mode = DELETE', { simple: true })).toBe('delete');
    db.close();
  });

  test('of a missing file do not create it', async () => {
    const checkpoints = new BackgroundCheckpoints(path, library);
    expect(checkpoints.request()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await checkpoints.stop();
    expect(existsSync(path)).toBe(false);
  });

  test('are rejected when the library cannot be loaded or threads are forbidden', async () => {
    const db = logged();
    const checkpoints = new BackgroundCheckpoints(path, { ...library, module: join(folder, 'no-such-driver') });
    expect(checkpoints.request()).toBe(true);
    await until(() => !checkpoints.request());
    await checkpoints.stop();
    threads.forbidden = true;
    expect(new BackgroundCheckpoints(path, library).request()).toBe(false);
    db.close();
  });
});

describe('a storage', () => {
  test('of a path runs checkpoints in a thread and leaves a single file when it is closed', async () => {
    const statements = vi.spyOn(Database.prototype, 'prepare');
    const pragmas = vi.spyOn(Database.prototype, 'exec');
    for (let i = 0; i < 3; i++) {
      const storage = new SqliteStorage(path);
      await writeMuch(storage);
      await new Promise((resolve) => setTimeout(resolve, 20 * i));
      await storage.close();
      expect(isSingleFile()).toBe(true);
      rmSync(path);
    }
    expect(threads.started).toBe(3);
    expect(statements.mock.calls.filter(([sql]) => sql.includes('wal_checkpoint'))).toEqual([]);
    expect(pragmas, 'automatic checkpoints are off').toHaveBeenCalledWith('PRAGMA wal_autocheckpoint = 0');
    statements.mockRestore();
    pragmas.mockRestore();
  });

  test('runs checkpoints itself with a driver from the caller, or when threads are forbidden', async () => {
    const statements = vi.spyOn(Database.prototype, 'prepare');
    const own = new SqliteStorage(new Database(path));
    await writeMuch(own);
    await own.close();
    expect(threads.started).toBe(0);
    expect(statements.mock.calls.filter(([sql]) => sql.includes('wal_checkpoint'))).toHaveLength(1);
    rmSync(path);
    threads.forbidden = true;
    const alone = new SqliteStorage(path);
    await writeMuch(alone);
    await alone.close();
    expect(statements.mock.calls.filter(([sql]) => sql.includes('wal_checkpoint'))).toHaveLength(2);
    expect(isSingleFile()).toBe(true);
    statements.mockRestore();
  });

  test('that writes little starts no thread', async () => {
    const storage = new SqliteStorage(path);
    await storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: new Map() });
    await storage.close();
    expect(threads.started).toBe(0);
  });
});
