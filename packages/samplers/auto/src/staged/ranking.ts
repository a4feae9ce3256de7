import type { TrialHistory } from '@asktell/core';
import { nonDominatedRanks } from '@asktell/numerics';

/**
 * Complete trials, the best first: feasible ones by value, or by the front of the non-dominated sort if there are several
 * objectives, then infeasible ones by violation. Equal trials keep their order.
 */
export function ranked(history: TrialHistory, rows: readonly number[]): readonly number[] {
  const complete = rows.filter((row) => history.state(row) === 'complete');
  const feasible = complete.filter((row) => !isInfeasible(history, row));
  const standing = standings(history, feasible);
  const infeasible = complete.filter((row) => isInfeasible(history, row));
  const violation = infeasible.map((row) => history.violation[row] as number);
  return [...sorted(feasible, standing), ...sorted(infeasible, violation)];
}

export function isInfeasible(history: TrialHistory, row: number): boolean {
  return (history.violation[row] as number) > 0;
}

/** Lower is better. */
export function lossOf(history: TrialHistory, row: number, objective: number = 0): number {
  const value = history.values(objective)[row] as number;
  return history.directions[objective] === 'maximize' ? -value : value;
}

function standings(history: TrialHistory, rows: readonly number[]): ArrayLike<number> {
  const m = history.directions.length;
  if (m === 1) return rows.map((row) => lossOf(history, row));
  const points = new Float64Array(rows.length * m);
  rows.forEach((row, i) => {
    for (let k = 0; k < m; k++) points[i * m + k] = lossOf(history, row, k);
  });
  return rows.length === 0 ? [] : nonDominatedRanks(points, rows.length, m);
}

function sorted(rows: readonly number[], keys: ArrayLike<number>): readonly number[] {
  const order = Array.from(rows.keys());
  // Infinite keys may be equal, so they are compared and not subtracted.
  order.sort((a, b) => compare(keys[a] as number, keys[b] as number) || a - b);
  return order.map((i) => rows[i] as number);
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
