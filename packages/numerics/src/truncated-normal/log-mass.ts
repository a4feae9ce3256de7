import { log, log1p } from '../elementary/log.ts';
import { normalCdf } from '../special/normal-cdf.ts';
import { isNarrow, narrowMean, oneSidedMass } from './interval-mass.ts';

const SQRT_2PI = 2.5066282746310007;

/**
 * log(Φ(b) − Φ(a)), the log-probability of [a, b] under the standard normal distribution. The relative error is below 1e-14 everywhere: in
 * the middle, in both tails (where Φ(a) and Φ(b) are both 0 or both 1), and for any width down to neighbouring doubles. The bounds can be
 * infinite.
 *
 * @returns −Infinity if a = b, NaN if a > b
 *
 * @example
 * logNormalMass(-1, 1); // -0.38171514630212605
 * logNormalMass(50, 51); // -1254.8313611394199
 */
export function logNormalMass(a: number, b: number): number {
  if (!(a < b)) return a === b ? -Infinity : Number.NaN;
  if (a + b > 0) return logNormalMass(-b, -a);
  const width = b - a;
  const m = 0.5 * a + 0.5 * b;
  if (isNarrow(m, 0.5 * width)) {
    const mean = narrowMean(m, 0.5 * width);
    // A product of tiny numbers could become subnormal and lose digits.
    return -0.5 * m * m + (width < 1e-300 ? log(width) + log(mean / SQRT_2PI) : log((width * mean) / SQRT_2PI));
  }
  if (b <= 0) return -0.5 * b * b + log(0.5 * oneSidedMass(a, b));
  return log1p(0 - (normalCdf(a) + normalCdf(-b)));
}
