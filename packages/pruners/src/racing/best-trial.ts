import { isBetter } from '../rules/direction.ts';
import type { Measurements } from '../rules/measurements.ts';

/** The better one of two rows: the better score, then the smaller number. -1 = none. */
export function betterRow(seen: Measurements, best: number, row: number): number {
  if (best < 0) return row;
  const [known, value] = [seen.score(best), seen.score(row)];
  if (value === known) return Math.min(best, row);
  return isBetter(value, known, seen.direction) ? row : best;
}
