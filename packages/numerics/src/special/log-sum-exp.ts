/**
 * log Σ exp(values[i]) over the first `length` values, without overflow and without losing small terms to a large common factor.
 * −Infinity when there are none, or all are −Infinity; Infinity as soon as one is; NaN as soon as one is.
 *
 * @param values any numbers; a buffer of the caller may be longer than what is in use
 * @param length how many of them count
 *
 * @example
 * logSumExp(Float64Array.of(-1000, -1000)); // -999.3068528194401
 */
export function logSumExp(values: ArrayLike<number>, length: number = values.length): number {
  let max = -Infinity;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (!(value <= max)) max = value;
    if (Number.isNaN(max)) return Number.NaN;
  }
  if (!Number.isFinite(max)) return max;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.exp((values[i] as number) - max);
  return max + Math.log(sum);
}

/**
 * log(exp(a) + exp(b)), the same for two numbers.
 *
 * @example
 * logAddExp(Math.log(2), Math.log(3)); // log 5
 */
export function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  const max = Math.max(a, b);
  return max + Math.log1p(Math.exp(Math.min(a, b) - max));
}
