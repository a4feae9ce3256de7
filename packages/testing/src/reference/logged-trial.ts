import { type Json, keys, type TrialOp, type TrialRecord } from '@asktell/core';

/** A waiting trial without parameters, values, reports and attributes. */
export function emptyTrial(number: number): TrialRecord {
  return {
    number,
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
}

/** The record after an operation that does not depend on the rest of the study. */
export function changed(
  trial: TrialRecord,
  op: Exclude<TrialOp, { kind: 'create' }>,
  stamp: () => number,
): TrialRecord {
  switch (op.kind) {
    case 'param':
      return {
        ...trial,
        names: [...trial.names, op.name],
        dists: [...trial.dists, op.dist],
        x: [...Array.from(trial.x), op.x + 0],
      };
    case 'report':
      return { ...trial, reports: withReport(trial.reports, op.step, op.value + 0) };
    case 'attr': {
      const key = op.scope === 'user' ? 'userAttrs' : 'systemAttrs';
      return { ...trial, [key]: new Map([...(trial[key] ?? []), [op.key, op.value]]) };
    }
    case 'finish':
      return { ...trial, state: op.state, values: withoutMinusZero(op.values), finishedAt: stamp() };
  }
}

/** Values as they are stored: -0 becomes 0. */
export function withoutMinusZero(values: readonly number[] | null): readonly number[] | null {
  return values === null ? null : values.map((value) => value + 0);
}

/** Attributes with the given owner, or without an owner when it is `null`. */
export function withOwner(attrs: TrialRecord['systemAttrs'], owner: Json | null): TrialRecord['systemAttrs'] {
  const next = new Map(attrs ?? []);
  if (owner === null) next.delete(keys.owner);
  else next.set(keys.owner, owner);
  return next.size === 0 ? null : next;
}

/** Reports with one entry added, ascending by step. An entry with the same step is replaced. */
export function withReport(reports: TrialRecord['reports'], step: number, value: number): TrialRecord['reports'] {
  const all = new Map(reports?.steps.map((known, i) => [known, reports.values[i] as number]));
  all.set(step, value);
  const steps = [...all.keys()].sort((a, b) => a - b);
  return { steps, values: steps.map((known) => all.get(known) as number) };
}
