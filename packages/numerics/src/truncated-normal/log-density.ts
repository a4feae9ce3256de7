import { log } from '../elementary/log.ts';
import { normalCdf } from '../special/normal-cdf.ts';
import { isNarrow, narrowMean, oneSidedMass } from './interval-mass.ts';

const SQRT_2PI = 2.5066282746310007;
const SQRT_HALF_PI = 1.2533141373155003;

/**
 * Log-density at x of the standard normal distribution truncated to [a, b]. It equals log φ(x) − {@link logNormalMass}(a, b). In a tail,
 * where the two terms are large and nearly equal, it is computed without this difference. The absolute error is below
 * 1e-14 · max(1, |result|).
 *
 * For N(μ, σ²) pass (x − μ)/σ, (a − μ)/σ and (b − μ)/σ, and subtract log σ from the result. In a loop over x, compute the expensive
 * log-mass once instead of calling this function.
 *
 * @returns −Infinity outside [a, b], NaN if a > b
 *
 * @example
 * truncatedNormalLogDensity(0.5, 0, 1); // 0.030923793657398665
 */
export function truncatedNormalLogDensity(x: number, a: number, b: number): number {
  if (!(a < b)) return a === b ? (x === a ? Infinity : -Infinity) : Number.NaN;
  if (x < a || x > b) return -Infinity;
  if (a + b > 0) return truncatedNormalLogDensity(-x, -b, -a);
  const width = b - a;
  const m = 0.5 * a + 0.5 * b;
  if (isNarrow(m, 0.5 * width)) {
    // x − m is computed from the ends, because the rounding error of m would be multiplied by |x|.
    return -0.25 * (x - a - (b - x)) * (x + m) - log(width * narrowMean(m, 0.5 * width));
  }
  if (b <= 0) return -0.5 * (x - b) * (x + b) - log(SQRT_HALF_PI * oneSidedMass(a, b));
  return -0.5 * x * x - log(SQRT_2PI * (1 - (normalCdf(a) + normalCdf(-b))));
}
