import { type AskPlan, type Distribution, keys, type NewTrial, type TrialOp } from '@asktell/core';

const blank: NewTrial = {
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
};

/** An operation that enqueues a trial. */
export function enqueue(trial: Partial<NewTrial> = {}): TrialOp {
  return { kind: 'create', trial: { ...blank, ...trial } };
}

/** An operation that imports a finished trial. Its stamps are earlier than those of a storage: in 2001 by default. */
export function imported(trial: Partial<NewTrial> = {}): TrialOp {
  return {
    kind: 'create',
    trial: {
      ...blank,
      state: 'complete',
      values: [1],
      startedAt: 999_999_000_000_001,
      finishedAt: 999_999_000_000_002,
      ...trial,
    },
  };
}

/** An operation that ends a trial as complete. */
export function complete(number: number, ...values: number[]): TrialOp {
  return { kind: 'finish', number, state: 'complete', values };
}

/** An empty plan, to be spread into others. */
export const noPlan: AskPlan = { write: [], take: [], create: 0 };

/** The operations that end trial `number` as lost. */
export function failed(number: number): readonly TrialOp[] {
  return [
    { kind: 'attr', number, scope: 'system', key: keys.failure, value: { code: 'lost', message: 'gone' } },
    { kind: 'finish', number, state: 'fail', values: null },
  ];
}

/** An operation that sets a parameter. */
export function param(number: number, name: string, dist: Distribution, x: number): TrialOp {
  return { kind: 'param', number, name, dist, x };
}
