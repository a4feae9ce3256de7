import { erfcx } from './erfcx.ts';
import { normalCdf } from './normal-cdf.ts';

/**
 * log Φ(x) for every x: relative error below 2e-15, also where Φ itself is 0 (x < −38) or rounds to 1 (x > 8.3).
 *
 * @example
 * logNormalCdf(-1000); // -500007.82669481216
 * logNormalCdf(10); // -7.619853024160527e-24
 */
export function logNormalCdf(x: number): number {
  // log Φ = −x²/2 + log(erfcx/2): two terms of one sign, so nothing cancels.
  if (x < -1) return -0.5 * x * x + Math.log(0.5 * erfcx(-x * Math.SQRT1_2));
  return x < 0 ? Math.log(normalCdf(x)) : Math.log1p(-normalCdf(-x));
}
