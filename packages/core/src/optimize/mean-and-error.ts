/** The mean of measurements, and the standard error of the mean. */
export interface MeanAndError {
  /** NaN if there are none. */
  readonly mean: number;
  /** `null` if there are fewer than two measurements, or if it is not finite. */
  readonly sem: number | null;
}

/** The mean and its standard error, from the unbiased variance. Equal values, unless their sum overflows, are their mean exactly. */
export function meanAndError(values: readonly number[]): MeanAndError {
  const n = values.length;
  const mean = meanOf(values);
  const sem = Math.sqrt(sumOf(values, (value) => (value - mean) ** 2) / (n - 1) / n);
  return { mean, sem: Number.isFinite(sem) ? sem : null };
}

function meanOf(values: readonly number[]): number {
  const n = values.length;
  const sum = sumOf(values, (value) => value);
  // Finite values whose sum overflows have a finite mean.
  const mean = Number.isFinite(sum) ? sum / n : sumOf(values, (value) => value / n);
  // The rounding error of the sum. NaN if values are infinite.
  const error = sumOf(values, (value) => value - mean) / n;
  return Number.isFinite(error) ? mean + error : mean;
}

function sumOf(values: readonly number[], term: (value: number) => number): number {
  let sum = 0;
  for (const value of values) sum += term(value);
  return sum;
}
