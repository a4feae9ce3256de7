import { exp } from '../elementary/exp.ts';
import { erfcx } from '../special/erfcx.ts';

/*
 * The normal mass of [a, b], in factors that neither cancel nor underflow. There are three kinds of intervals:
 *  - Narrow: the difference of two Φ would cancel, so the density is expanded around the middle.
 *  - One-sided: both ends are in the same tail. The mass is exp(−b²/2), for the end b nearer to 0, times a difference of scaled tails.
 *  - Wide: the mass is 1 minus two tails.
 */

/** Whether [m − h, m + h] is narrow: h and |m|h are so small that {@link narrowMean} converges in a few terms. */
export function isNarrow(m: number, h: number): boolean {
  return h <= 0.5 && Math.abs(m * h) <= 1;
}

/**
 * The mean of φ over [m − h, m + h] divided by φ(m), which is ½ ∫ exp(−mh t − h²t²/2) dt over [−1, 1]. It is computed from the power series
 * of the integrand (a generating function of Hermite polynomials), whose odd terms integrate to 0. The interval must be narrow.
 */
export function narrowMean(m: number, h: number): number {
  const c = m * h;
  const s = h * h;
  // The coefficients of t^(n−1) and t^n, with the recurrence n aₙ = −c aₙ₋₁ − s aₙ₋₂.
  let before = -c;
  let last = 0.5 * (c * c - s);
  let sum = 1 + last / 3;
  for (let n = 3; Math.abs(before) + Math.abs(last) > 1e-17; n += 2) {
    before = (-c * last - s * before) / n;
    last = (-c * before - s * last) / (n + 1);
    sum += last / (n + 2);
  }
  return sum;
}

/** (Φ(b) − Φ(a)) / (½ exp(−b²/2)) for a < b ≤ 0. The interval must not be narrow. */
export function oneSidedMass(a: number, b: number): number {
  return erfcx(-b * Math.SQRT1_2) - scaledFarEnd(a, b);
}

/** Φ(a) / (½ exp(−b²/2)) for a < b ≤ 0. */
export function scaledFarEnd(a: number, b: number): number {
  return exp(-0.5 * (a - b) * (a + b)) * erfcx(-a * Math.SQRT1_2);
}
