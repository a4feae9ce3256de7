import { erfcx } from './erfcx.ts';
import { expOfSquare } from './exp-of-square.ts';
import { erfOverX } from './rationals.ts';

/**
 * Φ(x), the standard normal distribution function. The relative error is below 2e-15 down to x = −37.5, where the result becomes
 * subnormal. Use `normalCdf(-x)` for 1 − Φ(x).
 *
 * @example
 * normalCdf(-37); // 5.725571222524576e-300
 */
export function normalCdf(x: number): number {
  if (Math.abs(x) <= 0.7) return 0.5 + 0.5 * x * Math.SQRT1_2 * erfOverX(0.5 * x * x);
  if (x > 0) return 1 - normalCdf(-x);
  // Computes the exponential from x, because rounding x/√2 would cause an error of x² units in the last place.
  return 0.5 * expOfSquare(x, -0.5) * erfcx(-x * Math.SQRT1_2);
}
