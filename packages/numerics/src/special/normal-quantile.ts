import { expm1 } from '../elementary/exp.ts';
import { log } from '../elementary/log.ts';
import { tailQuantile } from './normal-tail-quantile.ts';
import { quantileCentre } from './rationals.ts';

/** Up to this value of |Φ(x) − ½| the quantile is computed from the difference, beyond it from the logarithm of the smaller tail. */
export const CENTRE = 0.425;
const LOG_LOWER = log(0.5 - CENTRE);
const LOG_UPPER = log(0.5 + CENTRE);
/** log 2 − Math.LN2. */
const LN2_REST = 2.3190468138462996e-17;

/** The x with Φ(x) = ½ + q for |q| ≤ CENTRE. Its relative accuracy is that of q. */
export function quantileOfCentre(q: number): number {
  return q * quantileCentre(CENTRE * CENTRE - q * q);
}

/**
 * Φ⁻¹(p), the inverse of {@link normalCdf}. The relative error is below 1e-15 for every p, down to the smallest double. The result is
 * −Infinity at 0, Infinity at 1, and NaN outside [0, 1].
 *
 * Doubles cannot represent p closer to 1 than 1e-16. For such p use the lower tail and change the sign, or use
 * {@link normalQuantileFromLog}.
 *
 * Source: the three intervals of Wichura, Algorithm AS 241 (1988), with newly fitted rational approximations.
 *
 * @example
 * normalQuantile(0.975); // 1.9599639845400538
 * normalQuantile(1e-300); // -37.04709629936119
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= CENTRE) return quantileOfCentre(q);
  return q < 0 ? -tailQuantile(log(p)) : tailQuantile(log(1 - p));
}

/**
 * Φ⁻¹(exp(logP)), the inverse of {@link logNormalCdf}, for probabilities that doubles cannot represent. The error relative to the exact
 * result is below 1e-15 for every logP ≤ 0, also near 0 and log ½. The result is −Infinity at −Infinity, Infinity at 0, and NaN above 0.
 *
 * @example
 * normalQuantileFromLog(-1e5); // -447.1978936785251
 */
export function normalQuantileFromLog(logP: number): number {
  if (logP <= LOG_LOWER) return -tailQuantile(logP);
  // Φ − ½ = (exp(logP + log 2) − 1)/2. The sum is exact near logP = log ½.
  if (logP <= LOG_UPPER) return quantileOfCentre(0.5 * expm1(logP + Math.LN2 + LN2_REST));
  return tailQuantile(log(-expm1(logP)));
}
