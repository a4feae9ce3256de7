import { keys, type TrialRecord } from '@asktell/core';
import { refused } from '@asktell/testing';
import Database from 'better-sqlite3';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { SqliteDriver, SqliteStatement } from './driver.ts';
import { driverError, sqliteCode } from './driver-errors.ts';
import { SqliteStorage } from './index.ts';

/** Rows as node:sqlite returns them: it throws for an integer that a number cannot represent. */
function withSafeIntegers<T>(row: T): T {
  for (const [key, value] of Object.entries(row ?? {})) {
    if (typeof value !== 'bigint') continue;
    if (!Number.isSafeInteger(Number(value)))
      throw Object.assign(new RangeError(`Value is too large to be represented as a JavaScript number: ${value}`), {
        code: 'ERR_OUT_OF_RANGE',
      });
    (row as { [key: string]: unknown })[key] = Number(value);
  }
  return row;
}

/** Behaves like node:sqlite: rows as arrays on request, errors with numbers, no integers beyond 2^53. */
function likeNode(db: Database.Database): SqliteDriver {
  const translated = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw Object.assign(new Error((error as Error).message), {
        code: 'ERR_SQLITE_ERROR',
        errcode: (error as { code: string }).code === 'SQLITE_FULL' ? 13 : 1,
      });
    }
  };
  return {
    exec: (sql) => translated(() => db.exec(sql)),
    close: () => db.close(),
    prepare: (sql): SqliteStatement & { setReturnArrays: (on: boolean) => void } => {
      const statement = db.prepare(sql).safeIntegers(true);
      return {
        run: (...params) => translated(() => statement.run(...params)),
        get: (...params) => withSafeIntegers(translated(() => statement.get(...params))),
        all: (...params) => translated(() => statement.all(...params)).map(withSafeIntegers),
        setReturnArrays: (on) => {
          if (statement.reader) statement.raw(on);
        },
      };
    },
  };
}

/** Behaves like bun:sqlite: `values` for rows as arrays, `null` for no row, and another meaning of `raw`. */
function likeBun(db: Database.Database): SqliteDriver {
  return {
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    prepare: (sql): SqliteStatement & { [method in 'raw' | 'safeIntegers' | 'values']: () => unknown } => {
      const statement = db.prepare(sql);
      return {
        run: (...params) => statement.run(...params),
        get: (...params) => statement.get(...params) ?? null,
        all: (...params) => statement.all(...params),
        values: (...params) => (statement.reader ? statement.raw(true).all(...params) : []),
        raw: () => expect.unreachable(),
        safeIntegers: () => expect.unreachable(),
      };
    },
  };
}

/** Rows as objects only, as node:sqlite in Node.js before 22.16. */
function objectsOnly(db: Database.Database): SqliteDriver {
  return {
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    prepare: (sql): SqliteStatement => {
      const statement = db.prepare(sql);
      return {
        run: (...params) => statement.run(...params),
        get: (...params) => statement.get(...params),
        all: (...params) => statement.all(...params),
      };
    },
  };
}

describe.each([
  ['better-sqlite3', (db: Database.Database): SqliteDriver => db],
  ['node:sqlite', likeNode],
  ['node:sqlite of Node.js 22.13', objectsOnly],
  ['bun:sqlite', likeBun],
] as const)('a driver like %s', (_, driver) => {
  test('works', async () => {
    const storage = new SqliteStorage(driver(new Database(':memory:')));
    const { ref } = await storage.createStudy({
      name: 'study',
      directions: ['minimize'],
      systemAttrs: new Map([[keys.epoch, 'epoch']]),
    });
    await storage.ask(ref, null, {
      fresh: [],
      owner: { a: [1] },
      plan: () => ({ write: [], take: [], create: 2 }),
      fill: null,
    });
    await storage.write(ref, null, [
      { kind: 'param', number: 0, name: 'x', dist: { kind: 'int', low: 0, high: 9, log: false, step: 1 }, x: 3 },
      { kind: 'report', number: 0, step: 1, value: 2 },
      { kind: 'finish', number: 0, state: 'complete', values: [1] },
    ]);
    const { trials, cursor } = await storage.pull(ref, null);
    expect(
      trials.map((trial) => [trial.state, ...trial.names, ...Array.from(trial.x), trial.values, trial.reports]),
    ).toEqual([
      ['complete', 'x', 3, [1], { steps: [1], values: [2] }],
      ['running', null, null],
    ]);
    expect((await storage.pull(ref, cursor, [0])).trials).toEqual([trials[0] as TrialRecord]);
    await storage.close();
  });

  test('reads a step beyond 2^53, which only other programs write', async () => {
    const db = new Database(':memory:');
    const storage = new SqliteStorage(driver(db));
    const { ref } = await storage.createStudy({
      name: 'study',
      directions: ['minimize'],
      systemAttrs: new Map([[keys.epoch, 'epoch']]),
    });
    await storage.ask(ref, null, {
      fresh: [],
      owner: null,
      plan: () => ({ write: [], take: [], create: 1 }),
      fill: null,
    });
    await storage.write(ref, null, [{ kind: 'report', number: 0, step: 7, value: 2 }]);
    db.exec('UPDATE trial_intermediate_values SET step = 1152921504606846977');
    const { trials, cursor } = await storage.pull(ref, null);
    expect(trials[0]?.reports).toEqual({ steps: [2 ** 60], values: [2] });
    expect((await storage.pull(ref, cursor, [0])).trials).toEqual(trials);
    await storage.close();
  });

  test('throws typed errors', async () => {
    const db = new Database(':memory:');
    const storage = new SqliteStorage(driver(db));
    const { ref } = await storage.createStudy({
      name: 'study',
      directions: ['minimize'],
      systemAttrs: new Map([[keys.epoch, 'epoch']]),
    });
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true }) as number}`);
    await refused('storage-full', () =>
      storage.setStudyAttrs(ref, [{ scope: 'user', key: 'k', value: 'x'.repeat(100_000) }]),
    );
    db.exec('DROP TABLE trial_params');
    await refused('storage-error', () => storage.deleteStudy(ref));
    expect((await storage.listStudies()).length).toBe(1);
  });
});

test('better-sqlite3 needs no cast', () => {
  expectTypeOf<Database.Database>().toExtend<SqliteDriver>();
});

test('the result codes of every driver are recognized', () => {
  expect(sqliteCode(Object.assign(new Error(), { code: 'SQLITE_BUSY_SNAPSHOT' }))).toBe('SQLITE_BUSY_SNAPSHOT');
  expect(sqliteCode(Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode: 517 }))).toBe('SQLITE_BUSY');
  const ofDeno = new Error('unable to open database file: /a.db');
  expect(sqliteCode(Object.assign(ofDeno, { code: 'ERR_SQLITE_ERROR' }))).toBe('SQLITE_CANTOPEN');
  expect(sqliteCode(Object.assign(new Error('?'), { code: 'ERR_SQLITE_ERROR' }))).toBe('SQLITE_ERROR');
  expect(sqliteCode(Object.assign(new Error(), { code: 'ENOENT' }))).toBeUndefined();
  expect(sqliteCode(null)).toBeUndefined();
});

test.each([
  ['SQLITE_READONLY_DIRECTORY', 'storage-readonly', 'Check the permissions'],
  ['SQLITE_FULL', 'storage-full', 'Free some space'],
  ['SQLITE_CORRUPT_INDEX', 'storage-corrupt', 'Restore a backup'],
  ['SQLITE_CANTOPEN', 'storage-open', 'readable and writable'],
  ['SQLITE_IOERR_WRITE', 'storage-error', 'Check the disk'],
  ['SQLITE_NOTADB', 'storage-foreign', 'Choose another file'],
])('%s becomes %s with its cure', (code, typed, cure) => {
  const error = driverError(Object.assign(new Error('said SQLite'), { code }), '"a.db"');
  expect(error.code).toBe(typed);
  expect(error.message).toContain('"a.db"');
  if (typed === 'storage-corrupt') expect(error.message).toContain('sqlite3 a.db .recover');
  expect(error.message).toContain(cure);
});
