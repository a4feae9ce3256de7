import type { Direction, TrialState } from '@asktell/core';

/** Optuna's label for each trial state. */
export const stateLabels: { readonly [state in TrialState]: string } = {
  waiting: 'WAITING',
  running: 'RUNNING',
  complete: 'COMPLETE',
  pruned: 'PRUNED',
  fail: 'FAIL',
};

const states: ReadonlyMap<string, TrialState> = new Map(
  Object.entries(stateLabels).map(([state, label]) => [label, state as TrialState]),
);

/** The state of a stored label, or `undefined` for a label that Optuna does not define. */
export function stateOf(label: unknown): TrialState | undefined {
  return states.get(label as string);
}

export function directionLabel(direction: Direction): string {
  return direction === 'maximize' ? 'MAXIMIZE' : 'MINIMIZE';
}

/** The direction of a stored label. Optuna treats `NOT_SET` as minimize. */
export function directionOf(label: unknown): Direction | undefined {
  return label === 'MAXIMIZE' ? 'maximize' : label === 'MINIMIZE' || label === 'NOT_SET' ? 'minimize' : undefined;
}

/** The label column of a number. SQL has no infinities, so Optuna stores a number and a label in two columns. */
export function valueLabel(value: number): 'FINITE' | 'INF_POS' | 'INF_NEG' | 'NAN' {
  if (Number.isFinite(value)) return 'FINITE';
  return Number.isNaN(value) ? 'NAN' : value > 0 ? 'INF_POS' : 'INF_NEG';
}

/** The number that the two columns represent, or `undefined` when they contradict each other. */
export function labelledValue(value: unknown, label: unknown): number | undefined {
  if (label === 'FINITE') return typeof value === 'number' ? value : undefined;
  if (value !== null) return undefined;
  if (label === 'INF_POS') return Number.POSITIVE_INFINITY;
  if (label === 'INF_NEG') return Number.NEGATIVE_INFINITY;
  return label === 'NAN' ? Number.NaN : undefined;
}
