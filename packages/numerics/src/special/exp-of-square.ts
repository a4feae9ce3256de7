/**
 * exp(factor · x²) with a relative error of a few units in the last place. `Math.exp(factor * x * x)` is off by up to |factor| x² of them,
 * because the rounding of the square is an absolute error of the exponent; here the square is split into a part that is exact and a small rest.
 *
 * @param factor a power of two with either sign
 */
export function expOfSquare(x: number, factor: number): number {
  const high = Math.fround(x);
  // Far out the result is 0 or Infinity anyway, and the two factors could be 0 and Infinity.
  if (!(Math.abs(high) < 1e4)) return Math.exp(factor * x * x);
  return Math.exp(factor * high * high) * Math.exp(factor * (x - high) * (x + high));
}
