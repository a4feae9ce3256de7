import type { Direction, TrialHistory } from '@asktell/core';
import { isBetter } from '../rules/direction.ts';

/** Whether a finished trial is complete and feasible. */
export function counts(history: TrialHistory, row: number): boolean {
  return history.state(row) === 'complete' && !((history.violation[row] as number) > 0);
}

/** The better one of two rows: the larger value, then the smaller number. -1 = none. */
export function betterRow(history: TrialHistory, best: number, row: number, direction: Direction): number {
  if (best < 0) return row;
  const values = history.values(0);
  const [known, value] = [values[best] as number, values[row] as number];
  if (value === known) return Math.min(best, row);
  return isBetter(value, known, direction) ? row : best;
}
