import type { TrialHistory } from '@asktell/core';

/**
 * Sort key of a finished trial. Feasible complete trials come first, by value. Pruned trials follow, by their last step and the
 * value there, then infeasible trials by their total violation. Failed trials are never good. Source: the split of trials in
 * Optuna 5.0, extended by failures.
 */
export interface Standing {
  readonly group: 'complete' | 'pruned' | 'infeasible' | 'failed';
  /** First key within a group. Smaller is better. */
  readonly first: number;
  /** Second key within a group. Smaller is better. */
  readonly second: number;
}

const groups: readonly Standing['group'][] = ['complete', 'pruned', 'infeasible', 'failed'];

/** The standing of a finished row, or `null` if the worker was lost. Lost trials are ignored. */
export function standingOf(row: number, history: TrialHistory): Standing | null {
  const state = history.state(row);
  if (state === 'fail') return history.failure(row)?.code === 'lost' ? null : { group: 'failed', first: 0, second: 0 };
  const violation = history.violation[row] as number;
  if (violation > 0) return { group: 'infeasible', first: violation, second: 0 };
  const sign = history.directions[0] === 'maximize' ? -1 : 1;
  if (state === 'complete')
    return { group: 'complete', first: sign * (history.values(0)[row] as number) + errorOf(row, history), second: 0 };
  const { steps, values } = history.reports(row);
  const last = steps.length - 1;
  if (last < 0) return { group: 'pruned', first: Number.POSITIVE_INFINITY, second: 0 };
  const value = sign * (values[last] as number);
  return { group: 'pruned', first: -(steps[last] as number), second: Number.isNaN(value) ? Infinity : value };
}

/**
 * The standard error that was told with a value, in a study with one objective. The value counts as worse by it, so that an
 * uncertain value has to be better to be good (docs/guides/honest-results.md).
 */
function errorOf(row: number, history: TrialHistory): number {
  return history.directions.length === 1 ? (history.sem(row)?.[0] ?? 0) : 0;
}

/** Negative if `a` is better than `b`. Returns 0 for equal standings, which keep the order in which they finished. */
export function compareStandings(a: Standing, b: Standing): number {
  if (a.group !== b.group) return groups.indexOf(a.group) - groups.indexOf(b.group);
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  if (a.second !== b.second) return a.second < b.second ? -1 : 1;
  return 0;
}
