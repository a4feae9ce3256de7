import { erfc } from './erfc.ts';
import { erfOverX } from './rationals.ts';

/**
 * The error function erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, with a relative error below 1e-15. It is odd, and exactly ±1 at ±Infinity.
 *
 * Source: the intervals of Cody, Rational Chebyshev approximations for the error function (1969), with newly fitted coefficients.
 *
 * @example
 * erf(0.5); // 0.5204998778130465
 */
export function erf(x: number): number {
  if (Math.abs(x) <= 0.5) return x * erfOverX(x * x);
  return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
}
