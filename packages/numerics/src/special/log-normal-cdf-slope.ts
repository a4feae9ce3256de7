import { erfcx } from './erfcx.ts';
import { expOfSquare } from './exp-of-square.ts';
import { normalCdf } from './normal-cdf.ts';

const SQRT_2_OVER_PI = 0.7978845608028654;
const SQRT_2PI = 2.5066282746310007;

/**
 * The derivative φ(x)/Φ(x) of {@link logNormalCdf}, also known as the inverse Mills ratio, with a relative error below 2e-15. The result is
 * about −x for x ≪ 0, and 0 for x ≫ 0.
 *
 * @example
 * logNormalCdfSlope(0); // 0.7978845608028654
 * logNormalCdfSlope(-1e6); // 1000000.000001
 */
export function logNormalCdfSlope(x: number): number {
  if (x < 0) return SQRT_2_OVER_PI / erfcx(-x * Math.SQRT1_2);
  return expOfSquare(x, -0.5) / (SQRT_2PI * normalCdf(x));
}
