import { tailQuantile } from './normal-tail-quantile.ts';
import { quantileCentre } from './rationals.ts';

/** |Φ(x) − ½| up to which the quantile is a function of this difference; beyond, of the logarithm of the smaller tail. */
export const CENTRE = 0.425;
const LOG_LOWER = Math.log(0.5 - CENTRE);
const LOG_UPPER = Math.log(0.5 + CENTRE);
/** log 2 = Math.LN2 + this. */
const LN2_REST = 2.3190468138462996e-17;

/** The x with Φ(x) = ½ + q, |q| ≤ CENTRE: its relative accuracy is that of q. */
export function quantileOfCentre(q: number): number {
  return q * quantileCentre(CENTRE * CENTRE - q * q);
}

/**
 * Φ⁻¹(p), the inverse of {@link normalCdf}: relative error below 1e-15 for every p, down to the smallest double. −Infinity at 0, Infinity at 1,
 * NaN outside [0, 1]. Beyond p = 1 − 1e-16, which no double is, ask for the lower tail and change its sign, or use {@link normalQuantileFromLog}.
 *
 * Source: the three-interval form of Wichura, Algorithm AS 241 (1988), with rational approximations fitted anew.
 *
 * @example
 * normalQuantile(0.975); // 1.9599639845400538
 * normalQuantile(1e-300); // -37.04709629936119
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= CENTRE) return quantileOfCentre(q);
  return q < 0 ? -tailQuantile(Math.log(p)) : tailQuantile(Math.log(1 - p));
}

/**
 * Φ⁻¹(exp(logP)), the inverse of {@link logNormalCdf}, for probabilities that are no doubles: relative error below 1e-15 for every logP ≤ 0,
 * relative to the exact value for this logP (close to 0 and to log ½ too). −Infinity at −Infinity, Infinity at 0, NaN above.
 *
 * @example
 * normalQuantileFromLog(-1e5); // -447.1978936785251
 */
export function normalQuantileFromLog(logP: number): number {
  if (logP <= LOG_LOWER) return -tailQuantile(logP);
  // Φ − ½ = (exp(logP + log 2) − 1)/2, where the sum is exact close to log ½.
  if (logP <= LOG_UPPER) return quantileOfCentre(0.5 * Math.expm1(logP + Math.LN2 + LN2_REST));
  return tailQuantile(Math.log(-Math.expm1(logP)));
}
