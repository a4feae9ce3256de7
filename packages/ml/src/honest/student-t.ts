import { normalCdf } from '@asktell/numerics';
import { exp, log, log1p } from '@asktell/numerics/elementary';

/**
 * The cumulative distribution of Student's t: 1 − I_x(ν/2, 1/2) / 2 for t ≥ 0 with x = ν / (ν + t²), where I is the
 * regularised incomplete beta function.
 */
export function studentTCdf(t: number, degrees: number): number {
  if (degrees === Number.POSITIVE_INFINITY || degrees > 1e7) return normalCdf(t);
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t >= 0 ? 1 - tail : tail;
}

/** The quantile of Student's t by bisection, to about 1e-12. `p` from 0 to 1, both excluded. */
export function studentTQuantile(p: number, degrees: number): number {
  let high = 1;
  while (studentTCdf(high, degrees) < Math.max(p, 1 - p)) high *= 2;
  let low = 0;
  for (let i = 0; i < 100 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, degrees) < Math.max(p, 1 - p)) low = middle;
    else high = middle;
  }
  return p >= 0.5 ? high : -high;
}

/** I_x(a, b) by Lentz's evaluation of its continued fraction (Abramowitz and Stegun, 26.5.8). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / clamp(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / clamp(1 + even * d, tiny);
    c = clamp(1 + even / c, tiny);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / clamp(1 + odd * d, tiny);
    c = clamp(1 + odd / c, tiny);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Keeps a denominator away from 0. */
function clamp(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** log Γ(x) for x > 0: Stirling's series after the argument was raised above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 10) shift -= log(z++);
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
  return shift + (z - 0.5) * log(z) - z + 0.5 * log(2 * Math.PI) + series;
}
