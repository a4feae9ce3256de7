import { log, log1p } from '../elementary/log.ts';
import { erfcx } from './erfcx.ts';
import { normalCdf } from './normal-cdf.ts';

/**
 * log Φ(x), the logarithm of the standard normal distribution function. The relative error is below 2e-15 for every x, also where Φ(x)
 * itself underflows to 0 (x < −38) or rounds to 1 (x > 8.3).
 *
 * @example
 * logNormalCdf(-1000); // -500007.82669481216
 * logNormalCdf(10); // -7.619853024160527e-24
 */
export function logNormalCdf(x: number): number {
  // log Φ(x) = −x²/2 + log(erfcx(−x/√2)/2). Both terms are negative, so they do not cancel.
  if (x < -1) return -0.5 * x * x + log(0.5 * erfcx(-x * Math.SQRT1_2));
  return x < 0 ? log(normalCdf(x)) : log1p(-normalCdf(-x));
}
