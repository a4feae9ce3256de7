import { exp, expm1 } from '../elementary/exp.ts';
import { log, log1p } from '../elementary/log.ts';
import { erf } from '../special/erf.ts';
import { erfcx } from '../special/erfcx.ts';
import { logNormalCdf } from '../special/log-normal-cdf.ts';
import { normalCdf } from '../special/normal-cdf.ts';
import { CENTRE, normalQuantileFromLog, quantileOfCentre } from '../special/normal-quantile.ts';
import { tailQuantile } from '../special/normal-tail-quantile.ts';
import { isNarrow, narrowMean, scaledFarEnd } from './interval-mass.ts';

/** Beyond this distance from 0 all mass lies within rounding error of the near end: 745/FAR² is negligible. */
const FAR = 1e15;

/**
 * The u-quantile of the standard normal distribution truncated to [a, b]. For uniform u it is a draw from the truncated distribution.
 *
 * The result always lies in [a, b]. It is a at u = 0 and b at u = 1. The error is below 1e-13 · max(|x|, min(1, b − a)) for the result x,
 * also in the tails and in intervals of neighbouring doubles. Within this error the function is monotone in u.
 *
 * @param u a probability in [0, 1]
 * @returns NaN if u is outside [0, 1] or a > b
 *
 * @example
 * truncatedNormalQuantile(0.5, 30, Infinity); // 30.02307046782731
 * const x = mu + sigma * truncatedNormalQuantile(rng.next(), (low - mu) / sigma, (high - mu) / sigma); // clamp x: this line rounds
 */
export function truncatedNormalQuantile(u: number, a: number, b: number): number {
  if (!(u >= 0 && u <= 1 && a <= b)) return Number.NaN;
  if (u === 0 || a === b) return a;
  if (u === 1) return b;
  return Math.min(Math.max(interiorQuantile(u, 1 - u, a, b), a), b);
}

/** `v` is 1 − u. Each branch uses the smaller of the two. */
function interiorQuantile(u: number, v: number, a: number, b: number): number {
  const width = b - a;
  const m = 0.5 * a + 0.5 * b;
  if (isNarrow(m, 0.5 * width)) {
    return u <= 0.5 ? a + width * narrowFraction(u, a, width) : b - width * narrowFraction(v, -b, width);
  }
  // All mass lies within rounding error of the near end, and squares could overflow.
  if (b < -FAR) return b;
  if (a > FAR) return a;
  if (b <= -1) return leftTailQuantile(u, v, a, b);
  if (a >= 1) return -leftTailQuantile(v, u, -b, -a);
  return middleQuantile(u, v, a, b);
}

/** For a < b ≤ −1: log Φ(x) = log Φ(b) + log(ρ + u(1 − ρ)) with ρ = Φ(a)/Φ(b). */
function leftTailQuantile(u: number, v: number, a: number, b: number): number {
  const rho = scaledFarEnd(a, b) / erfcx(-b * Math.SQRT1_2);
  const logRatio = u <= 0.5 ? log(rho + u * (1 - rho)) : log1p(-v * (1 - rho));
  return normalQuantileFromLog(logNormalCdf(b) + logRatio);
}

/** For intervals that contain a large part of the mass. Uses Φ − ½ near the middle, else the tail of x. */
function middleQuantile(u: number, v: number, a: number, b: number): number {
  const below = normalCdf(a);
  const above = normalCdf(-b);
  const mass = a + b > 0 ? normalCdf(-a) - above : normalCdf(b) - below;
  const q = u <= 0.5 ? 0.5 * erf(a * Math.SQRT1_2) + u * mass : 0.5 * erf(b * Math.SQRT1_2) - v * mass;
  if (Math.abs(q) <= CENTRE) return quantileOfCentre(q);
  return q < 0 ? -tailQuantile(log(below + u * mass)) : tailQuantile(log(above + v * mass));
}

/**
 * The fraction τ of a narrow interval such that [a, a + τ width] contains the share u ≤ ½ of the mass of [a, a + width]. Newton's method on
 * the mass divided by φ(a), starting from the quantile of the exponential density with the same slope at the middle.
 */
function narrowFraction(u: number, a: number, width: number): number {
  const slope = width * (a + 0.5 * width);
  const share = u * massOverStart(1, a, width);
  let tau = Math.abs(slope) < 1e-5 ? u : -log1p(u * expm1(-slope)) / slope;
  for (let i = 0; i < 6; i++) {
    const y = width * tau;
    const step = (share - massOverStart(tau, a, width)) * exp(y * (a + 0.5 * y));
    tau += step;
    // Newton's method converges quadratically, so the next step would be negligible.
    if (Math.abs(step) <= 1e-9 * tau) break;
  }
  return tau;
}

/** The mass of [a, a + τ width] divided by width · φ(a). */
function massOverStart(tau: number, a: number, width: number): number {
  const h = 0.5 * width * tau;
  return tau * exp(-h * (a + 0.5 * h)) * narrowMean(a + h, h);
}
