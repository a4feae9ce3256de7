import type { Direction } from '@asktell/core';

/** Whether `a` is a better objective value than `b`. NaN is neither better nor worse. */
export function isBetter(a: number, b: number, direction: Direction): boolean {
  return direction === 'maximize' ? a > b : a < b;
}

/** The best value from index `from` to `to` (exclusive), ignoring NaN. NaN if there is none. */
export function bestOf(
  values: ArrayLike<number>,
  direction: Direction,
  from: number = 0,
  to: number = values.length,
): number {
  let best = Number.NaN;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (Number.isNaN(best) || isBetter(value, best, direction)) best = value;
  }
  return best;
}
