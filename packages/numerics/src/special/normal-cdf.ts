import { erfcx } from './erfcx.ts';
import { expOfSquare } from './exp-of-square.ts';
import { erfOverX } from './rationals.ts';

/**
 * Φ(x), the probability that a standard normal number is at most x. Relative error below 2e-15 down to x = −37.5, where it leaves the normal
 * doubles; 1 − Φ(x) is `normalCdf(-x)`.
 *
 * @example
 * normalCdf(-37); // 5.725571222524576e-300
 */
export function normalCdf(x: number): number {
  if (Math.abs(x) <= 0.7) return 0.5 + 0.5 * x * Math.SQRT1_2 * erfOverX(0.5 * x * x);
  if (x > 0) return 1 - normalCdf(-x);
  // The exponential of x itself: that of x/√2, rounded, would be off by x² units in the last place.
  return 0.5 * expOfSquare(x, -0.5) * erfcx(-x * Math.SQRT1_2);
}
