import {
  type AskRequest,
  type Cursor,
  isAsktellError,
  type Storage,
  type StudyRef,
  type TrialOp,
  type TrialRecord,
  type TrialState,
} from '@asktell/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runs } from '../effort.ts';
import type { Law } from '../law.ts';
import { OperationLogStorage } from '../reference/operation-log-storage.ts';
import { type Action, arbitraryActions, type LooseOp } from './model-actions.ts';
import { plainAttrs, plainRecord, stampOrder } from './plain-record.ts';
import { epochAttrs, type StorageSubject, type StudyBench, withStudy } from './subject.ts';

/** Cursors of the storage and the model taken at the same time, and the trial states at that time. */
interface Mark {
  readonly real: Cursor;
  readonly model: Cursor;
  /** The length of the model's log. */
  readonly position: number;
  readonly states: readonly TrialState[];
}

interface Side {
  readonly storage: Storage;
  readonly ref: StudyRef;
}

class Pair {
  readonly model: Side;
  benches: StudyBench[];
  marks: Mark[] = [];
  turn = 0;

  constructor(model: Side, benches: StudyBench[]) {
    this.model = model;
    this.benches = benches;
  }

  /** The next connection, in turn. */
  next(): StudyBench {
    return this.benches[this.turn++ % this.benches.length] as StudyBench;
  }
}

class Step implements fc.AsyncCommand<object, Pair> {
  readonly action: Action;
  constructor(action: Action) {
    this.action = action;
  }
  check(): boolean {
    return true;
  }
  async run(_: object, pair: Pair): Promise<void> {
    await runAction(this.action, pair);
    await compare(pair);
  }
  toString(): string {
    return fc.stringify(this.action);
  }
}

/** An existing row, or sometimes an unknown one that the same batch cannot create. */
function rowOrUnknown(row: number, size: number): number {
  return row % (size + 1) === size ? size + 1000 : row % (size + 1);
}

type Outcome = { readonly done: unknown } | { readonly code: string };

async function outcome(action: () => unknown): Promise<Outcome> {
  try {
    return { done: await action() };
  } catch (error) {
    if (isAsktellError(error)) return { code: error.code };
    if (error === thrownByFill) return { code: 'thrown by fill' };
    throw error;
  }
}

const thrownByFill = new Error('thrown by fill');

async function runAction(action: Action, pair: Pair): Promise<void> {
  const { model } = pair;
  const bench = pair.next();
  const size = (await model.storage.pull(model.ref, null)).trials.length;
  const place = ({ row, op }: LooseOp): TrialOp =>
    op.kind === 'create' ? op : { ...op, number: rowOrUnknown(row, size) };
  if (action.kind === 'reopen') {
    if (bench.subject.reopen === undefined) return;
    pair.benches = [await bench.reopen()];
    pair.marks = [];
  } else if (action.kind === 'write') {
    const ops = action.ops.map(place);
    const [real, expected] = [
      await outcome(() => bench.write(...ops)),
      await outcome(async () => (await model.storage.write(model.ref, null, ops)).created),
    ];
    expectSame(real, expected, ops.length > 1);
  } else if (action.kind === 'ask') {
    const mark = pair.marks.at(-1) ?? null;
    const [real, expected] = [
      await ask(bench, mark?.real ?? null, action, size),
      await ask(model, mark?.model ?? null, action, size),
    ];
    expectSame(real, expected, true);
  } else if (action.kind === 'pull') {
    const mark = pair.marks[action.cursor % Math.max(1, pair.marks.length)];
    if (mark !== undefined)
      await compareDelta(
        pair,
        bench,
        mark,
        action.fresh.map((row) => row % Math.max(1, size)).filter((row) => row < size),
      );
  } else {
    for (const { storage, ref } of [bench, model]) await storage.setStudyAttrs(ref, [action]);
    const [real, expected] = [
      await bench.storage.findStudy(bench.ref.name),
      await model.storage.findStudy(model.ref.name),
    ];
    for (const scope of ['userAttrs', 'systemAttrs'] as const)
      expect(withoutEpoch(real?.[scope])).toEqual(withoutEpoch(expected?.[scope]));
  }
}

async function ask(
  { storage, ref }: Side,
  since: Cursor | null,
  action: Action & { kind: 'ask' },
  size: number,
): Promise<Outcome> {
  let calls = 0;
  const request: AskRequest = {
    fresh: [],
    owner: action.owner,
    plan: () => ({
      write: action.fail.map(
        (row): TrialOp => ({ kind: 'finish', number: rowOrUnknown(row, size), state: 'fail', values: null }),
      ),
      take: [...new Set(action.take.map((row) => rowOrUnknown(row, size)))],
      create: action.create,
    }),
    fill:
      action.fill &&
      (({ number }) => {
        const { ops, end } = action.fill as NonNullable<typeof action.fill>;
        if (end !== null && calls++ === end.at) {
          if (end.kind === 'throw') throw thrownByFill;
          return 'exhausted';
        }
        return ops.map(({ op }) => ({ ...op, number }) as TrialOp);
      }),
  };
  return outcome(async () => {
    const { granted, exhausted, trials, cursor } = await storage.ask(ref, since, request);
    expect((await storage.pull(ref, cursor)).trials, 'the cursor includes the writes of the ask').toEqual([]);
    const all = (await storage.pull(ref, null)).trials;
    for (const trial of trials) expect(plainRecord(trial)).toEqual(plainRecord(all[trial.number] as TrialRecord));
    return { granted: [...granted], exhausted, written: trials.map(({ number }) => number).sort((a, b) => a - b) };
  });
}

/**
 * @param anyCode accept different error codes, because a storage can check the operations of a batch in any order
 */
function expectSame(real: Outcome, expected: Outcome, anyCode: boolean): void {
  if (anyCode && 'code' in real && 'code' in expected) return;
  expect(real).toEqual(expected);
}

function withoutEpoch(attrs: StudyBench['study']['userAttrs'] | undefined): readonly unknown[] {
  return plainAttrs(attrs ?? null).filter(([key]) => key !== 'asktell:epoch');
}

async function compare(pair: Pair): Promise<void> {
  const { model, benches } = pair;
  const expected = (await model.storage.pull(model.ref, null)).trials;
  const plain = (trials: readonly TrialRecord[]): readonly object[] =>
    trials.map((trial) => plainRecord(trial, stampOrder(trials)));
  for (const bench of benches) {
    expect(plain((await bench.pull()).trials), 'a full pull').toEqual(plain(expected));
    for (const mark of pair.marks.slice(-3)) await compareDelta(pair, bench, mark, []);
  }
  const real = (await pair.next().pull(pair.marks.at(-1)?.real ?? null)).cursor;
  pair.marks.push({
    real,
    model: (await model.storage.pull(model.ref, null)).cursor,
    position: (model.storage as OperationLogStorage).log.length,
    states: expected.map(({ state }) => state),
  });
}

/** The existing rows that the log changed since `position`. */
function touchedSince({ log }: OperationLogStorage, position: number): readonly number[] {
  return log.slice(position).flatMap((entry) => {
    if (entry.kind !== 'trials') return [];
    return entry.ops.flatMap((op) => ('number' in op ? [op.number] : []));
  });
}

/** Expects a delta to have all new rows and changed states, no untouched rows, and current data in each row. */
async function compareDelta({ model }: Pair, bench: StudyBench, mark: Mark, fresh: readonly number[]): Promise<void> {
  const all = (await bench.pull()).trials;
  const { trials, cursor } = await bench.pull(mark.real, fresh);
  const numbers = trials.map(({ number }) => number);
  expect(numbers, 'ascending and without repetition').toEqual([...new Set(numbers)].sort((a, b) => a - b));
  for (const trial of trials) expect(plainRecord(trial)).toEqual(plainRecord(all[trial.number] as TrialRecord));
  const changed = all.filter(({ number, state }) => mark.states[number] !== state || fresh.includes(number));
  expect(numbers, 'all changed rows').toEqual(expect.arrayContaining(changed.map(({ number }) => number)));
  const touched = new Set([...touchedSince(model.storage as OperationLogStorage, mark.position), ...fresh]);
  const untouched = numbers.filter((number) => number < mark.states.length && !touched.has(number));
  expect(untouched, 'no unchanged rows').toEqual([]);
  expect((await bench.pull(cursor)).trials).toEqual([]);
}

/** Runs random operations and compares the storage with the operation log after each of them. */
export const modelLaw: Law<StorageSubject> = {
  group: 'model',
  name: 'random operations give the same trials as on the operation log',
  timeoutMs: 120_000,
  run: (subject) => {
    const steps = arbitraryActions.flatMap(({ weight, arbitrary }) =>
      Array.from({ length: weight }, () => arbitrary.map((action) => new Step(action))),
    );
    return fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 30 }), (commands) =>
        withStudy(subject, async (bench) => {
          const log = new OperationLogStorage();
          const { ref } = log.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: epochAttrs() });
          const benches = subject.second === undefined ? [bench] : [bench, await bench.second()];
          await fc.asyncModelRun(() => ({ model: {}, real: new Pair({ storage: log, ref }, benches) }), commands);
        }),
      ),
      { numRuns: runs(60) },
    );
  },
};
