import { log } from '../elementary/log.ts';
import { erfcx } from '../special/erfcx.ts';
import { expOfSquare } from '../special/exp-of-square.ts';
import { normalCdf } from '../special/normal-cdf.ts';

const sqrtHalfPi = 1.2533141373155003;
const sqrt2Pi = 2.5066282746310007;
/** log(2π) / 2. */
const halfLog2Pi = 0.9189385332046727;
/** Below this z, h is computed as a product with the density. Above it, h is computed from its definition. */
const tailStart = -1;
/** Below this z, the product uses a series, because 1 + z R cancels. */
const seriesStart = -20;

/**
 * The logarithm of the expected improvement E max(0, incumbent - f) in a minimisation, for a normal f with this mean and standard
 * deviation: log σ + log h(z) with h(z) = φ(z) + z Φ(z) and z = (incumbent - mean)/σ. Finite for |z| up to 10¹⁵⁰, while the improvement
 * itself underflows to 0 below z = -39 (Ament et al., Unexpected improvements to expected improvement for Bayesian optimization, 2023).
 * To maximise, negate mean and incumbent.
 *
 * @param derivatives receives the derivatives by the mean and by σ
 *
 * @example
 * logExpectedImprovement(0, 1, 0); // log φ(0) = -0.9189385332046727
 * logExpectedImprovement(100, 1, 0); // -5010.129…
 */
export function logExpectedImprovement(
  mean: number,
  sigma: number,
  incumbent: number,
  derivatives?: Float64Array,
): number {
  const z = (incumbent - mean) / sigma;
  let logH: number;
  /** Φ / h and φ / h. */
  let cdfShare: number;
  let densityShare: number;
  if (z > tailStart) {
    const cdf = normalCdf(z);
    const density = expOfSquare(z, -0.5) / sqrt2Pi;
    const h = density + z * cdf;
    logH = log(h);
    cdfShare = cdf / h;
    densityShare = density / h;
  } else {
    const isFar = z < seriesStart;
    // s = h / φ = 1 + z R with Mills' ratio R = Φ / φ.
    const mills = isFar ? 0 : sqrtHalfPi * erfcx(-z * Math.SQRT1_2);
    const s = isFar ? tailSeries(1 / (z * z)) : 1 + z * mills;
    logH = log(s) - 0.5 * z * z - halfLog2Pi;
    cdfShare = (isFar ? (s - 1) / z : mills) / s;
    densityShare = 1 / s;
  }
  if (derivatives !== undefined) {
    derivatives[0] = -cdfShare / sigma;
    derivatives[1] = densityShare / sigma;
  }
  return log(sigma) + logH;
}

/** h / φ = y - 3 y² + 15 y³ - … at y = 1/z² up to 1/400: an asymptotic series whose terms fall to 10⁻¹⁶ there. */
function tailSeries(y: number): number {
  let sum = 1;
  for (let k = 21; k >= 3; k -= 2) sum = 1 - k * y * sum;
  return y * sum;
}
