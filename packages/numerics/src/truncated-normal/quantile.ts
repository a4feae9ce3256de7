import { erf } from '../special/erf.ts';
import { erfcx } from '../special/erfcx.ts';
import { logNormalCdf } from '../special/log-normal-cdf.ts';
import { normalCdf } from '../special/normal-cdf.ts';
import { CENTRE, normalQuantileFromLog, quantileOfCentre } from '../special/normal-quantile.ts';
import { tailQuantile } from '../special/normal-tail-quantile.ts';
import { isNarrow, narrowMean, scaledFarEnd } from './interval-mass.ts';

/** 745/FAR², the distance of the least quantile from the near end, is far below a rounding. */
const FAR = 1e15;

/**
 * The u-quantile of a standard normal number known to lie in [a, b]: with uniform u it is a draw from the truncated normal, and a function of u alone.
 * Always a member of [a, b], a at u = 0 and b at u = 1. Its error is below 1e-13 of |x| or of the width of [a, b] (at most 1), whichever is
 * larger, also far in a tail and in intervals of neighbouring doubles; within this error it is monotone.
 *
 * @param u a probability in [0, 1]
 * @returns NaN when u is outside [0, 1] or a > b
 *
 * @example
 * truncatedNormalQuantile(0.5, 30, Infinity); // 30.02307046782731
 * const x = mu + sigma * truncatedNormalQuantile(rng.next(), (low - mu) / sigma, (high - mu) / sigma); // clamp: this last line rounds
 */
export function truncatedNormalQuantile(u: number, a: number, b: number): number {
  if (!(u >= 0 && u <= 1 && a <= b)) return Number.NaN;
  if (u === 0 || a === b) return a;
  if (u === 1) return b;
  return Math.min(Math.max(interior(u, 1 - u, a, b), a), b);
}

/** `v` is 1 − u: each branch uses the one that is small. */
function interior(u: number, v: number, a: number, b: number): number {
  const width = b - a;
  const m = 0.5 * a + 0.5 * b;
  if (isNarrow(m, 0.5 * width)) {
    return u <= 0.5 ? a + width * narrowFraction(u, a, width) : b - width * narrowFraction(v, -b, width);
  }
  // So far out that all mass lies within a rounding of the near end, and squares would overflow.
  if (b < -FAR) return b;
  if (a > FAR) return a;
  if (b <= -1) return ofLeftTail(u, v, a, b);
  if (a >= 1) return -ofLeftTail(v, u, -b, -a);
  return ofMiddle(u, v, a, b);
}

/** a < b ≤ −1: log Φ(x) = log Φ(b) + log(ρ + u(1 − ρ)), where ρ = Φ(a)/Φ(b). */
function ofLeftTail(u: number, v: number, a: number, b: number): number {
  const rho = scaledFarEnd(a, b) / erfcx(-b * Math.SQRT1_2);
  const logRatio = u <= 0.5 ? Math.log(rho + u * (1 - rho)) : Math.log1p(-v * (1 - rho));
  return normalQuantileFromLog(logNormalCdf(b) + logRatio);
}

/** Intervals that hold a good part of the mass: Φ − ½ in the middle, else the tail that x is in. */
function ofMiddle(u: number, v: number, a: number, b: number): number {
  const below = normalCdf(a);
  const above = normalCdf(-b);
  const mass = a + b > 0 ? normalCdf(-a) - above : normalCdf(b) - below;
  const q = u <= 0.5 ? 0.5 * erf(a * Math.SQRT1_2) + u * mass : 0.5 * erf(b * Math.SQRT1_2) - v * mass;
  if (Math.abs(q) <= CENTRE) return quantileOfCentre(q);
  return q < 0 ? -tailQuantile(Math.log(below + u * mass)) : tailQuantile(Math.log(above + v * mass));
}

/**
 * Which fraction of a narrow interval [a, a + width] holds the share u ≤ ½ of its mass: Newton's method on the mass of [a, a + τ width]
 * over φ(a), from the quantile of the exponential density with the slope at the middle.
 */
function narrowFraction(u: number, a: number, width: number): number {
  const slope = width * (a + 0.5 * width);
  const share = u * massOverStart(1, a, width);
  let tau = Math.abs(slope) < 1e-5 ? u : -Math.log1p(u * Math.expm1(-slope)) / slope;
  for (let i = 0; i < 6; i++) {
    const y = width * tau;
    const step = (share - massOverStart(tau, a, width)) * Math.exp(y * (a + 0.5 * y));
    tau += step;
    // The next step would be smaller than the square of this one.
    if (Math.abs(step) <= 1e-9 * tau) break;
  }
  return tau;
}

/** The mass of [a, a + τ width] over width · φ(a). */
function massOverStart(tau: number, a: number, width: number): number {
  const h = 0.5 * width * tau;
  return tau * Math.exp(-h * (a + 0.5 * h)) * narrowMean(a + h, h);
}
