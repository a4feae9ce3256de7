/**
 * The square root of the sum of squares, without overflow or underflow in between, and with an error of at most 2 units in the last place.
 * The bits are the same in every engine.
 *
 * @param values any numbers; the result is Infinity if one of them is infinite, else NaN if one of them is NaN
 *
 * @example
 * hypot([3, 4]); // 5
 */
export function hypot(values: ArrayLike<number>): number {
  let largest = 0;
  let hasNaN = false;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest) largest = size;
    else if (Number.isNaN(size)) hasNaN = true;
  }
  if (largest === Number.POSITIVE_INFINITY) return largest;
  if (hasNaN || largest === 0) return hasNaN ? Number.NaN : 0;
  let sum = 0;
  let lost = 0; // by rounding the sum (Kahan)
  for (let i = 0; i < values.length; i++) {
    const scaled = (values[i] as number) / largest;
    const term = scaled * scaled - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return Math.sqrt(sum) * largest;
}
