import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cursor,
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

/** Instead of running the statement, right after it, or instead of it and of the rollback that follows. */
type Moment = 'before' | 'after' | 'before, with the rollback,';

/** A driver that fails at the statement of our choice. */
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

  /** Whether the failure is still to come. */
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
    plan: () => ({ fail: [], take: [], create: 3 }),
    fill: null,
  });
  await storage.write(ref, [
    waiting,
    param(0, 'x', 0.25),
    { kind: 'finish', number: 0, state: 'complete', values: [1, 2] },
  ]);
  await storage.close();
}

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
      storage.write(ref, [
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
        plan: () => ({ fail: fail(1), take: [2, 3], create: 2 }),
        fill: ({ number }) => (number === 5 ? 'exhausted' : [param(number, 'y', 0.75)]),
      }),
  ],
];

/** What another connection sees, without the stamps: those depend on the clock. */
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
  /** False when the action had fewer statements. */
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
  await expectInStep(storage, ref, cursor, trials, seen);
  await storage.close();
  return { failed, error, seen };
}

/** The storage that failed must go on, and agree with what others see. */
async function expectInStep(
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
  await storage.write(ref, [waiting]);
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

  test.each<Moment>(['before', 'after', 'before, with the rollback,'])(
    'a failure %s any of its statements leaves the state before or after',
    async (moment) => {
      let statement = 1;
      for (; ; statement++) {
        const { failed, error, seen } = await run(action, statement, moment, 'SQLITE_IOERR_WRITE');
        if (!failed) break;
        if (error === undefined) expect(seen, `statement ${statement}`).toEqual(after);
        else {
          expect(isAsktellError(error, 'storage-error'), String(error)).toBe(true);
          expect((error as Error).cause).toMatchObject({ message: 'injected' });
          expect([before, after], `statement ${statement}`).toContainEqual(seen);
        }
      }
      expect(statement, 'so many statements were tried').toBeGreaterThan(5);
    },
  );

  test('a lock at any of its statements is waited for', async () => {
    for (let statement = 1; ; statement++) {
      const { failed, error, seen } = await run(action, statement, 'before', 'SQLITE_BUSY');
      if (!failed) break;
      expect(error, `statement ${statement}`).toBeUndefined();
      expect(seen, `statement ${statement}`).toEqual(after);
    }
  });
});
