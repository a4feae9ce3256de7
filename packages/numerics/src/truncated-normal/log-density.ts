import { normalCdf } from '../special/normal-cdf.ts';
import { isNarrow, narrowMean, oneSidedMass } from './interval-mass.ts';

const SQRT_2PI = 2.5066282746310007;
const SQRT_HALF_PI = 1.2533141373155003;

/**
 * The log-density at x of a standard normal number known to lie in [a, b]; −Infinity outside. It is log φ(x) − {@link logNormalMass}(a, b), but far
 * in a tail, where these two are large and nearly equal, it is computed without their difference: the absolute error stays below 1e-14 · max(1, |result|).
 * For N(μ, σ²) give (x − μ)/σ, (a − μ)/σ, (b − μ)/σ and subtract log σ. In a loop over x keep the log-mass instead: it is what costs.
 *
 * @returns NaN when a > b
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
    // x − m from the ends: the rounding of m itself would count |x| times.
    return -0.25 * (x - a - (b - x)) * (x + m) - Math.log(width * narrowMean(m, 0.5 * width));
  }
  if (b <= 0) return -0.5 * (x - b) * (x + b) - Math.log(SQRT_HALF_PI * oneSidedMass(a, b));
  return -0.5 * x * x - Math.log(SQRT_2PI * (1 - (normalCdf(a) + normalCdf(-b))));
}
