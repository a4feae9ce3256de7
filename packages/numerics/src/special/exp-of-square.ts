/**
 * exp(factor · x²) with a relative error of a few units in the last place. `Math.exp(factor * x * x)` is off by up to |factor| x² of them,
 * because the rounding of the square is an absolute error of the exponent; here the square is split into a part that is exact and a small rest.
 *
 * @param factor a power of two with either sign
 */
export function expOfSquare(x: number, factor: number): number {
  const high = Math.fround(x);
  // Beyond 1e19 the split overflows, and so does, or vanishes, the result.
  if (!(Math.abs(high) < 1e19)) return Math.exp(factor * x * x);
  return Math.exp(factor * high * high) * Math.exp(factor * (x - high) * (x + high));
}
