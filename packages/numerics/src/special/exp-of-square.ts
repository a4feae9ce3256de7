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
  // Here the result is 0 or Infinity, and the series of the remainder would not hold.
  if (!(Math.abs(high) < 40)) return exp(factor * x * x);
  // Below 2e-4, so four terms of the exponential are exact to 1e-16.
  const rest = factor * (x - high) * (x + high);
  return exp(factor * high * high) * (1 + rest * (1 + rest * (0.5 + rest * (1 / 6))));
}
