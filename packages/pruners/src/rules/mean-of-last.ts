/** The mean of the last `window` values before index `end`, ignoring NaN. NaN if there is none. */
export function meanOfLast(values: ArrayLike<number>, end: number, window: number): number {
  let sum = 0;
  let count = 0;
  for (let i = Math.max(0, end - window); i < end; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
