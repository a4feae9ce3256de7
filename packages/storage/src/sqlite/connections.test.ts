import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AskRequest, float, type Json, keys, type StudyRecord, type StudyRef, type TrialOp } from '@asktell/core';
import { refused } from '@asktell/testing';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SqliteDriver } from './driver.ts';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-connections-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
let files = 0;
beforeEach(() => {
  path = join(folder, `${files++}.db`);
});

const one: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };
const complete = (number: number): TrialOp => ({ kind: 'finish', number, state: 'complete', values: [number] });
const attr = (value: Json): TrialOp => ({ kind: 'attr', number: 0, scope: 'user', key: 'k', value });

/** Byte 18 of a database is 1 for a rollback journal and 2 for WAL. */
const isSingleFile = (): boolean =>
  readFileSync(path)[18] === 1 && !existsSync(`${path}-wal`) && !existsSync(`${path}-shm`);

async function started(storage: SqliteStorage, count = 1): Promise<StudyRef> {
  const { ref } = await storage.createStudy({
    name: 'study',
    directions: ['minimize'],
    systemAttrs: new Map([[keys.epoch, 'epoch']]),
  });
  await storage.ask(ref, null, { ...one, plan: () => ({ write: [], take: [], create: count }) });
  return ref;
}

async function refOf(storage: SqliteStorage): Promise<StudyRef> {
  return ((await storage.findStudy('study')) as StudyRecord).ref;
}

/** A driver that logs the executed statements. */
function spying(db: Database.Database): { readonly driver: SqliteDriver; readonly log: string[] } {
  const log: string[] = [];
  const driver: SqliteDriver = {
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    prepare: (sql) => {
      const statement = db.prepare(sql);
      const logged =
        <A extends unknown[], R>(call: (...params: A) => R) =>
        (...params: A): R => {
          log.push(sql);
          return call(...params);
        };
      return {
        run: logged(statement.run.bind(statement)),
        get: logged(statement.get.bind(statement)),
        all: logged(statement.all.bind(statement)),
      };
    },
  };
  return { driver, log };
}

describe('the journal', () => {
  test('is WAL while the storage is open, and a single file remains', async () => {
    const storage = new SqliteStorage(path);
    await started(storage);
    expect(existsSync(`${path}-wal`)).toBe(true);
    await storage.close();
    expect(isSingleFile()).toBe(true);
  });

  test('stays WAL for other connections, and the last one to close leaves a single file', async () => {
    const storages = [new SqliteStorage(path), new SqliteStorage(path), new SqliteStorage(path)] as const;
    const ref = await started(storages[0]);
    for (const storage of storages) await storage.findStudy('study');
    await storages[0].close();
    await storages[1].write(ref, null, [attr(1)]);
    await storages[1].close();
    expect(isSingleFile()).toBe(false);
    expect((await storages[2].pull(ref, null)).trials[0]?.userAttrs?.get('k')).toBe(1);
    await storages[2].close();
    expect(isSingleFile()).toBe(true);
  });

  test('of a killed process is recovered', async () => {
    const lost = new Database(path);
    const ref = await started(new SqliteStorage(lost));
    // The first connection is not closed, so its log still exists.
    const storage = new SqliteStorage(path);
    expect((await storage.pull(await refOf(storage), null)).trials.length).toBe(1);
    lost.close();
    await storage.write(ref, null, [complete(0)]);
    await storage.close();
    expect(isSingleFile()).toBe(true);
  });

  test.each(['process', 'power'] as const)('durability %s sets the synchronous mode', async (durability) => {
    const db = new Database(path);
    const storage = new SqliteStorage(db, { durability });
    await started(storage);
    expect([
      db.pragma('journal_mode', { simple: true }),
      db.pragma('synchronous', { simple: true }),
      db.pragma('busy_timeout', { simple: true }),
    ]).toEqual(['wal', durability === 'power' ? 2 : 1, 0]);
    await storage.close();
  });
});

describe('reads', () => {
  test('one statement shows that nothing has changed', async () => {
    const { driver, log } = spying(new Database(path));
    const storage = new SqliteStorage(driver);
    const ref = await started(storage);
    const { cursor } = await storage.pull(ref, null);
    log.length = 0;
    expect(await storage.pull(ref, cursor)).toEqual({ cursor, trials: [] });
    expect(log).toEqual(['PRAGMA data_version']);
  });

  test('an ask reads nothing without other writers, and reads by key with them', async () => {
    const { driver, log } = spying(new Database(path));
    const storage = new SqliteStorage(driver);
    const ref = await started(storage);
    const { cursor } = await storage.pull(ref, null);
    const reads = async (since = cursor): Promise<readonly string[]> => {
      log.length = 0;
      await storage.ask(ref, since, one);
      return log.filter((sql) => sql.startsWith('SELECT'));
    };
    expect(await reads()).toEqual([]);
    const other = new SqliteStorage(path);
    await other.ask(await refOf(other), null, one);
    for (const sql of await reads()) {
      expect(sql).toMatch(/WHERE (s\.study_id = \?|study_id = \? AND trial_id > \?|trial_id (= \?|BETWEEN))/);
      expect(sql).not.toMatch(/\bOR\b|count\(\*\) FROM trials/);
    }
    await other.close();
    await storage.close();
  });

  test('a write to a trial that was never pulled finds it', async () => {
    const storage = new SqliteStorage(path);
    await started(storage, 5);
    const other = new SqliteStorage(path);
    await other.write(await refOf(other), null, [complete(3)]);
    expect((await storage.pull(await refOf(storage), null)).trials.map(({ state }) => state)).toEqual([
      'running',
      'running',
      'running',
      'complete',
      'running',
    ]);
    await Promise.all([storage.close(), other.close()]);
  });

  test('claims from a long queue are seen in any order', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage, 0);
    const other = new SqliteStorage(path);
    const waiting: TrialOp = {
      kind: 'create',
      trial: {
        state: 'waiting',
        names: [],
        dists: [],
        x: [],
        values: null,
        reports: null,
        userAttrs: null,
        systemAttrs: null,
        startedAt: null,
        finishedAt: null,
      },
    };
    await storage.write(
      ref,
      null,
      Array.from({ length: 50 }, () => waiting),
    );
    let { cursor } = await storage.pull(ref, null);
    for (const take of [[7, 8, 9], [0], [49, 1], [30, 10, 20]]) {
      await other.ask(await refOf(other), null, { ...one, plan: () => ({ write: [], take, create: 0 }) });
      const delta = await storage.pull(ref, cursor);
      expect(delta.trials.map(({ number, state }) => [number, state])).toEqual(
        take.sort((a, b) => a - b).map((number) => [number, 'running']),
      );
      cursor = delta.cursor;
    }
    await Promise.all([storage.close(), other.close()]);
  });
});

describe('writers of other programs', () => {
  test('a trial that Optuna adds is numbered, and its changes are seen', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage);
    let { cursor } = await storage.pull(ref, null);
    const python = new Database(path);
    python.exec(
      `INSERT INTO trials (number, study_id, state, datetime_start) VALUES (1, ${ref.id}, 'RUNNING', '2030-01-01 00:00:00.000000')`,
    );
    expect((await storage.pull(ref, cursor)).trials.map(({ number, state }) => [number, state])).toEqual([
      [1, 'running'],
    ]);
    const asked = await storage.ask(ref, cursor, one);
    expect(asked.granted).toEqual([2]);
    expect(asked.trials[0]?.startedAt, 'timestamps continue after the latest one').toBe(
      Date.UTC(2030, 0, 1) * 1000 + 1,
    );
    cursor = asked.cursor;
    python.exec("INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (2, 0, 0.5, 'FINITE')");
    python.exec(
      "UPDATE trials SET state = 'COMPLETE', datetime_complete = '2030-01-01 00:00:01.000000' WHERE trial_id = 2",
    );
    expect((await storage.pull(ref, cursor)).trials).toMatchObject([{ number: 1, state: 'complete', values: [0.5] }]);
    await refused('trial-finished', () => storage.write(ref, null, [complete(1)]));
    python.close();
    await storage.close();
  });

  test('the distribution of a name that Optuna added is checked', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage, 2);
    await storage.pull(ref, null);
    const python = new Database(path);
    python.exec(
      `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (2, 'x', 1.0, '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 0, "high": 5}}')`,
    );
    await refused('space-conflict', () =>
      storage.write(ref, null, [{ kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.5 }]),
    );
    python.close();
    await storage.close();
  });

  test('a deleted study of Optuna is gone, also when its id is reused', async () => {
    const python = new Database(path);
    const storage = new SqliteStorage(path);
    await storage.listStudies();
    const create = (trials: number): void => {
      python.exec(
        "INSERT INTO studies VALUES (1, 'study'); INSERT INTO study_directions (direction, study_id, objective) VALUES ('MINIMIZE', 1, 0)",
      );
      for (let i = 0; i < trials; i++)
        python.exec(`INSERT INTO trials (number, study_id, state) VALUES (${i}, 1, 'WAITING')`);
    };
    create(3);
    const ref = await refOf(storage);
    expect(ref.epoch).toBeNull();
    const { cursor } = await storage.pull(ref, null);
    python.exec('DELETE FROM trials; DELETE FROM study_directions; DELETE FROM studies');
    await refused('study-gone', () => storage.pull(ref, cursor));
    create(1);
    expect((await storage.pull(await refOf(storage), cursor)).trials.length, 'all trials of the new study').toBe(1);
    python.close();
    await storage.close();
  });

  test('trials are renumbered without gaps', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage, 2);
    await storage.close();
    const other = new Database(path);
    other.exec('UPDATE trials SET number = 7 WHERE trial_id = 2');
    other.close();
    const again = new SqliteStorage(path);
    expect((await again.pull(ref, null)).trials.map(({ number }) => number)).toEqual([0, 1]);
    expect((await again.ask(ref, null, one)).granted).toEqual([2]);
    await again.close();
  });
});

describe('a lock of another program', () => {
  /** Locks the database until `release` is called. */
  function lockDatabase(): { release: () => void } {
    const db = new Database(path);
    db.exec('BEGIN IMMEDIATE');
    return {
      release: () => {
        db.exec('ROLLBACK');
        db.close();
      },
    };
  }

  test('delays writes but not reads or the event loop, and writes keep their order', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage);
    const { release } = lockDatabase();
    const done: number[] = [];
    const writes = [1, 2, 3].map(async (value) => {
      await storage.write(ref, null, [attr(value)]);
      done.push(value);
    });
    const asked = Promise.resolve(storage.ask(ref, null, one));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await storage.pull(ref, null)).trials.length).toBe(1);
    expect(done).toEqual([]);
    release();
    await Promise.all(writes);
    expect(done).toEqual([1, 2, 3]);
    expect((await asked).granted).toEqual([1]);
    expect((await storage.pull(ref, null)).trials[0]?.userAttrs?.get('k')).toBe(3);
    await storage.close();
  });

  test('calls before close are completed, later calls are rejected', async () => {
    const storage = new SqliteStorage(path);
    const ref = await started(storage);
    const { release } = lockDatabase();
    const write = Promise.resolve(storage.write(ref, null, [complete(0)]));
    const close = Promise.resolve(storage.close());
    await refused('storage-closed', () => storage.write(ref, null, [attr(1)]));
    release();
    await Promise.all([write, close]);
    const again = new SqliteStorage(path);
    expect((await again.pull(ref, null)).trials[0]?.state).toBe('complete');
    await again.close();
  });

  test('results in storage-busy after the timeout', async () => {
    const storage = new SqliteStorage(path, { lockTimeoutMs: 20 });
    const ref = await started(storage);
    const { release } = lockDatabase();
    expect((await refused('storage-busy', () => storage.write(ref, null, [attr(1)]))).message).toMatch(
      /keeps a transaction open/,
    );
    release();
    await storage.write(ref, null, [attr(2)]);
    await storage.close();
  });
});

test('callbacks must not call the storage', async () => {
  const storage = new SqliteStorage(path);
  const ref = await started(storage);
  const plan = (): never => {
    storage.write(ref, null, [attr(1)]);
    throw new Error('unreachable');
  };
  await refused('storage-error', () => storage.ask(ref, null, { ...one, plan }));
  await storage.write(ref, null, [attr(2)]);
  await storage.close();
});

test('bad names, keys, steps and values are rejected and nothing is written', async () => {
  const storage = new SqliteStorage(path);
  const ref = await started(storage);
  const long = 'x'.repeat(513);
  const half = 'a\ud800';
  for (const name of [long, half]) {
    await refused('invalid-argument', () =>
      storage.createStudy({ name, directions: ['minimize'], systemAttrs: new Map() }),
    );
    await refused('invalid-argument', () => storage.setStudyAttrs(ref, [{ scope: 'user', key: name, value: 1 }]));
    await refused('invalid-argument', () =>
      storage.write(ref, null, [{ kind: 'attr', number: 0, scope: 'user', key: name, value: 1 }]),
    );
    await refused('invalid-argument', () =>
      storage.write(ref, null, [{ kind: 'param', number: 0, name, dist: float(0, 1), x: 0.5 }]),
    );
  }
  for (const value of [undefined, () => 1, new Date()])
    await refused('invalid-argument', () => storage.write(ref, null, [attr(value as unknown as Json)]));
  for (const step of [-1, 0.5, Number.NaN])
    await refused('invalid-argument', () => storage.write(ref, null, [{ kind: 'report', number: 0, step, value: 1 }]));
  for (const values of [null, [], [1, 2], [Number.NaN]])
    await refused('invalid-value', () =>
      storage.write(ref, null, [{ kind: 'finish', number: 0, state: 'complete', values }]),
    );
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY])
    await refused('invalid-value', () =>
      storage.write(ref, null, [{ kind: 'param', number: 0, name: 'x', dist: float(0, 1), x }]),
    );
  for (const x of [-1, 2, 0.5])
    await refused('invalid-value', () =>
      storage.write(ref, null, [
        { kind: 'param', number: 0, name: 'x', dist: { kind: 'categorical', choices: ['a', 'b'] }, x },
      ]),
    );
  expect((await storage.listStudies()).length).toBe(1);
  expect((await storage.pull(ref, null)).trials).toMatchObject([{ names: [], userAttrs: null, reports: null }]);
  await storage.close();
});
