import type { Direction, TrialState } from '@asktell/core';

/** Words that Optuna's relational schema uses for what Asktell calls otherwise. */

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

/** The state of a stored label; `undefined` for words that Optuna does not know. */
export function stateOf(label: unknown): TrialState | undefined {
  return states.get(label as string);
}

export function directionLabel(direction: Direction): string {
  return direction === 'maximize' ? 'MAXIMIZE' : 'MINIMIZE';
}

/** `NOT_SET` is legal in Optuna and means minimize there too. */
export function directionOf(label: unknown): Direction | undefined {
  return label === 'MAXIMIZE' ? 'maximize' : label === 'MINIMIZE' || label === 'NOT_SET' ? 'minimize' : undefined;
}

/** A number in two columns, as Optuna keeps it: SQL has no infinities, so a label says what the number cannot. */
export function valueLabel(value: number): 'FINITE' | 'INF_POS' | 'INF_NEG' | 'NAN' {
  if (Number.isFinite(value)) return 'FINITE';
  return Number.isNaN(value) ? 'NAN' : value > 0 ? 'INF_POS' : 'INF_NEG';
}

/** The number of both columns; `undefined` when they contradict each other. */
export function labelledValue(value: unknown, label: unknown): number | undefined {
  if (label === 'FINITE') return typeof value === 'number' ? value : undefined;
  if (value !== null) return undefined;
  if (label === 'INF_POS') return Number.POSITIVE_INFINITY;
  if (label === 'INF_NEG') return Number.NEGATIVE_INFINITY;
  return label === 'NAN' ? Number.NaN : undefined;
}
