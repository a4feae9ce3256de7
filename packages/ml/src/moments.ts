/** The mean. NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** The standard deviation, divided by the number of values as in numpy. */
export function deviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - center) ** 2;
  return Math.sqrt(sum / values.length);
}

/** The standard error of the mean of fold scores. NaN for one fold. */
export function standardErrorOf(values: ArrayLike<number>): number {
  return values.length < 2 ? Number.NaN : deviation(values) / Math.sqrt(values.length - 1);
}
