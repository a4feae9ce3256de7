import { exp } from '../elementary/exp.ts';

/**
 * exp(factor · x²) with a relative error of a few units in the last place. The error of `exp(factor * x * x)` is up to |factor| x²
 * units, because the rounding error of the square is an absolute error of the exponent. Here the square is split into an exact part and a
 * small remainder.
 *
 * @param factor plus or minus a power of two
 */
export function expOfSquare(x: number, factor: number): number {
  const high = Math.fround(x);
  // For large x the result is 0 or Infinity, and the product of the two factors could be 0 · Infinity.
  if (!(Math.abs(high) < 1e4)) return exp(factor * x * x);
  return exp(factor * high * high) * exp(factor * (x - high) * (x + high));
}
