import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cursor,
  copyStudy,
  type ErrorCode,
  float,
  isAsktellError,
  type Json,
  keys,
  type Storage,
  type StudyRecord,
  type StudyRef,
  type TrialOp,
  type TrialRecord,
} from '@asktell/core';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SqliteDriver, SqliteStatement } from './driver.ts';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-atomic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const base = join(folder, 'base.db');
let files = 0;

/**
 * When the driver fails: instead of the statement, after it, instead of it and of the following rollback, or instead of
 * it with the transaction rolled back, as SQLite does when the disk is full.
 */
type Moment = 'before' | 'after' | 'before, with the rollback,' | 'before, with the transaction undone,';

/** A driver that fails at a given statement. */
class FailingDriver implements SqliteDriver {
  readonly #db: Database.Database;
  #countdown = Number.POSITIVE_INFINITY;
  #moment: Moment = 'before';
  #code = '';

  constructor(path: string) {
    this.#db = new Database(path, { timeout: 0 });
  }

  failAt(statement: number, moment: Moment, code: string): void {
    this.#countdown = statement;
    this.#moment = moment;
    this.#code = code;
  }

  /** Whether the failure has not happened yet. */
  get armed(): boolean {
    return this.#countdown > 0 && Number.isFinite(this.#countdown);
  }

  disarm(): void {
    this.#countdown = Number.POSITIVE_INFINITY;
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.#db.prepare(sql);
    return {
      run: (...params) => this.#step(() => statement.run(...params)),
      get: (...params) => this.#step(() => statement.get(...params)),
      all: (...params) => this.#step(() => statement.all(...params)),
    };
  }

  exec(sql: string): void {
    this.#step(() => this.#db.exec(sql));
  }

  close(): void {
    this.#db.close();
  }

  #step<T>(work: () => T): T {
    this.#countdown--;
    const due = this.#countdown === 0 || (this.#countdown === -1 && this.#moment === 'before, with the rollback,');
    if (due && this.#moment === 'before, with the transaction undone,' && this.#db.inTransaction)
      this.#db.exec('ROLLBACK');
    if (due && this.#moment !== 'after') throw this.#failure();
    const result = work();
    if (due) throw this.#failure();
    return result;
  }

  #failure(): Error {
    return Object.assign(new Error('injected'), { code: this.#code });
  }
}

const param = (number: number, name: string, x: number): TrialOp => ({
  kind: 'param',
  number,
  name,
  dist: float(0, 1),
  x,
});
const fail = (number: number): readonly TrialOp[] => [
  { kind: 'attr', number, scope: 'system', key: keys.failure, value: { code: 'lost', message: 'gone' } },
  { kind: 'finish', number, state: 'fail', values: null },
];
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
    systemAttrs: new Map([[keys.fixedParams, { x: 0.5 }]]),
    startedAt: null,
    finishedAt: null,
  },
};

/** Two running trials, one waiting, one complete. */
async function build(): Promise<void> {
  const storage = new SqliteStorage(base);
  const { ref } = await storage.createStudy({
    name: 'study',
    directions: ['minimize', 'maximize'],
    systemAttrs: new Map([[keys.epoch, 'first']]),
  });
  await storage.ask(ref, null, {
    fresh: [],
    owner: 'dead',
    plan: () => ({ write: [], take: [], create: 3 }),
    fill: null,
  });
  await storage.write(ref, null, [
    waiting,
    param(0, 'x', 0.25),
    { kind: 'finish', number: 0, state: 'complete', values: [1, 2] },
  ]);
  await storage.close();
}

const blank: TrialRecord = {
  number: 0,
  state: 'complete',
  names: ['x'],
  dists: [float(0, 1)],
  x: [0.5],
  values: [1, 2],
  reports: { steps: [0, 3], values: [1, Number.NaN] },
  userAttrs: new Map([['k', 'v']]),
  systemAttrs: new Map([['stranger', 1]]),
  startedAt: 1,
  finishedAt: 2,
};

type Action = (storage: Storage, ref: StudyRef, cursor: Cursor) => unknown;

const actions: readonly (readonly [string, Action])[] = [
  [
    'createStudy',
    (storage) =>
      storage.createStudy({
        name: 'other',
        directions: ['maximize'],
        systemAttrs: new Map<string, Json>([
          [keys.epoch, 'second'],
          [keys.seed, 1],
        ]),
      }),
  ],
  [
    'setStudyAttrs',
    (storage, ref) =>
      storage.setStudyAttrs(ref, [
        { scope: 'user', key: 'a', value: 1 },
        { scope: 'system', key: 'b', value: 2 },
      ]),
  ],
  ['deleteStudy', (storage, ref) => storage.deleteStudy(ref)],
  [
    'write',
    (storage, ref) =>
      storage.write(ref, null, [
        param(1, 'x', 0.5),
        { kind: 'report', number: 1, step: 0, value: 3 },
        { kind: 'attr', number: 2, scope: 'user', key: 'k', value: 'v' },
        waiting,
        { kind: 'finish', number: 1, state: 'complete', values: [3, 4] },
      ]),
  ],
  [
    'ask',
    (storage, ref, cursor) =>
      storage.ask(ref, cursor, {
        fresh: [2],
        owner: { me: 1 },
        plan: () => ({ write: fail(1), take: [2, 3], create: 2 }),
        fill: ({ number }) => (number === 5 ? 'exhausted' : [param(number, 'y', 0.75)]),
      }),
  ],
  [
    'adding trials',
    (storage, ref) =>
      storage.write(ref, null, [
        { kind: 'create', trial: blank },
        { kind: 'create', trial: { ...blank, state: 'fail', values: null } },
      ]),
  ],
];

/** The contents as another connection sees them, without timestamps. */
async function visible(path: string): Promise<unknown> {
  const storage = new SqliteStorage(new Database(path));
  const studies: unknown[] = [];
  for (const study of await storage.listStudies())
    studies.push({ study: plainStudy(study), trials: (await storage.pull(study.ref, null)).trials.map(plainTrial) });
  await storage.close();
  return studies;
}

function plainStudy({ ref, directions, userAttrs, systemAttrs }: StudyRecord): unknown {
  return { ref, directions, attrs: [[...userAttrs].sort(), [...systemAttrs].sort()] };
}

function plainTrial(trial: TrialRecord): unknown {
  const { startedAt, finishedAt, userAttrs, systemAttrs } = trial;
  return {
    ...trial,
    startedAt: startedAt !== null,
    finishedAt: finishedAt !== null,
    userAttrs: [...(userAttrs ?? [])],
    systemAttrs: [...(systemAttrs ?? [])].sort(),
  };
}

interface Run {
  /** Whether the failure happened. False if the action has fewer statements. */
  readonly failed: boolean;
  readonly error: unknown;
  readonly seen: unknown;
}

async function run(action: Action, statement: number, moment: Moment, code: string): Promise<Run> {
  const path = join(folder, `${files++}.db`);
  copyFileSync(base, path);
  const driver = new FailingDriver(path);
  const storage = new SqliteStorage(driver);
  const { ref } = (await storage.findStudy('study')) as StudyRecord;
  const { cursor, trials } = await storage.pull(ref, null);
  driver.failAt(statement, moment, code);
  let error: unknown;
  try {
    await action(storage, ref, cursor);
  } catch (thrown) {
    error = thrown;
  }
  const failed = !driver.armed;
  driver.disarm();
  const seen = await visible(path);
  await expectConsistent(storage, ref, cursor, trials, seen);
  await storage.close();
  return { failed, error, seen };
}

/** Checks that the storage still works after the failure and agrees with another connection. */
async function expectConsistent(
  storage: SqliteStorage,
  ref: StudyRef,
  cursor: Cursor,
  known: readonly TrialRecord[],
  seen: unknown,
): Promise<void> {
  expect((await storage.listStudies()).map(plainStudy)).toEqual(
    (seen as readonly { study: unknown }[]).map(({ study }) => study),
  );
  const mine = (seen as readonly { study: { ref: StudyRef }; trials: readonly unknown[] }[]).find(
    ({ study }) => study.ref.name === 'study',
  );
  if (mine === undefined) return;
  const rows = new Map(known.map((trial) => [trial.number, trial]));
  for (const trial of (await storage.pull(ref, cursor)).trials) rows.set(trial.number, trial);
  expect([...rows.values()].map(plainTrial)).toEqual(mine.trials);
  await storage.write(ref, null, [waiting]);
}

describe.each(actions)('%s', (_, action) => {
  let before: unknown;
  let after: unknown;
  beforeAll(async () => {
    if (files === 0) await build();
    before = await visible(base);
    after = (await run(action, 1e9, 'before', 'never')).seen;
    expect(after).not.toEqual(before);
  });

  test.each<[code: string, typed: ErrorCode, Moment]>([
    ['SQLITE_IOERR_WRITE', 'storage-error', 'before'],
    ['SQLITE_IOERR_WRITE', 'storage-error', 'after'],
    ['SQLITE_IOERR_WRITE', 'storage-error', 'before, with the rollback,'],
    ['SQLITE_FULL', 'storage-full', 'before, with the transaction undone,'],
  ])('%s (%s) %s any of its statements leaves the state before or after', async (code, typed, moment) => {
    let statement = 1;
    for (; ; statement++) {
      const { failed, error, seen } = await run(action, statement, moment, code);
      if (!failed) break;
      if (error === undefined) expect(seen, `statement ${statement}`).toEqual(after);
      else {
        expect(isAsktellError(error, typed), String(error)).toBe(true);
        expect((error as Error).cause).toMatchObject({ message: 'injected' });
        expect([before, after], `statement ${statement}`).toContainEqual(seen);
      }
    }
    expect(statement, 'number of statements tried').toBeGreaterThan(5);
  });

  test('waits for a lock at any of its statements', async () => {
    for (let statement = 1; ; statement++) {
      const { failed, error, seen } = await run(action, statement, 'before', 'SQLITE_BUSY');
      if (!failed) break;
      expect(error, `statement ${statement}`).toBeUndefined();
      expect(seen, `statement ${statement}`).toEqual(after);
    }
  });
});

describe('a new file', () => {
  /** Runs the first use of a storage on a missing file with a failure. */
  async function first(statement: number, moment: Moment, code: string): Promise<boolean> {
    const path = join(folder, `${files++}.db`);
    const driver = new FailingDriver(path);
    driver.failAt(statement, moment, code);
    const storage = new SqliteStorage(driver);
    const create = (): unknown =>
      storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: new Map([[keys.epoch, 'e']]) });
    let error: unknown;
    try {
      await create();
    } catch (thrown) {
      error = thrown;
    }
    const failed = !driver.armed;
    driver.disarm();
    if (error !== undefined) expect(isAsktellError(error), String(error)).toBe(true);
    // The file is empty or has a complete schema, so another storage can open it.
    const other = new SqliteStorage(new Database(path));
    const found = await other.findStudy('study');
    if (error === undefined) expect(found, `statement ${statement}`).toBeDefined();
    const trials = found === undefined ? 0 : (await other.pull(found.ref, null)).trials.length;
    expect(trials).toBe(0);
    await other.close();
    // The storage itself stays usable.
    if (found === undefined) await create();
    expect((await storage.listStudies()).map(({ ref }) => ref.name)).toEqual(['study']);
    await storage.close();
    return failed;
  }

  test.each<[code: string, Moment]>([
    ['SQLITE_IOERR_WRITE', 'before'],
    ['SQLITE_FULL', 'before, with the transaction undone,'],
  ])('%s %s any statement that opens it leaves no partial schema', async (code, moment) => {
    let statement = 1;
    while (await first(statement, moment, code)) statement++;
    expect(statement).toBeGreaterThan(20);
  });
});

describe('copyStudy', () => {
  test.each<[code: string, Moment]>([
    ['SQLITE_IOERR_WRITE', 'before'],
    ['SQLITE_IOERR_WRITE', 'after'],
  ])('%s %s any of its statements leaves a complete copy or none', async (code, moment) => {
    const source = new SqliteStorage(new Database(base));
    const original = (await source.findStudy('study')) as StudyRecord;
    const whole = (await source.pull(original.ref, null)).trials.length;
    let statement = 1;
    for (; ; statement++) {
      const path = join(folder, `${files++}.db`);
      await new SqliteStorage(new Database(path)).listStudies();
      const driver = new FailingDriver(path);
      const target = new SqliteStorage(driver);
      await target.listStudies();
      driver.failAt(statement, moment, code);
      let error: unknown;
      try {
        await copyStudy({ from: { storage: source }, to: { storage: target } });
      } catch (thrown) {
        error = thrown;
      }
      const failed = !driver.armed;
      driver.disarm();
      await target.close();
      const other = new SqliteStorage(new Database(path));
      const [copy] = await other.listStudies();
      const trials = copy === undefined ? null : (await other.pull(copy.ref, null)).trials.length;
      await other.close();
      if (error === undefined) expect(trials, `statement ${statement}`).toBe(whole);
      else {
        expect(isAsktellError(error), String(error)).toBe(true);
        // A commit that reported a failure may have succeeded. The copy is then deleted, or stays empty or complete.
        expect([null, 0, whole], `statement ${statement}: ${String(error)}`).toContain(trials);
      }
      if (!failed) break;
    }
    expect(statement).toBeGreaterThan(20);
    await source.close();
  });
});
