import { decayingExponential } from './decaying-exponential.ts';

/** Covariance as a function of the weighted squared distance r². */
export interface RadialProfile {
  readonly name: string;
  /**
   * Replaces `count` squared distances in `values`, starting at index `start`, by scale · ρ(r²) with ρ(0) = 1. Writes the derivatives
   * scale · dρ/d(r²) to `slopes`, starting at index `slopeStart`.
   */
  apply(
    values: Float64Array,
    start: number,
    count: number,
    scale: number,
    slopes: Float64Array,
    slopeStart: number,
  ): void;
}

/**
 * Matérn's covariance with smoothness 5/2: ρ = (1 + √5 r + 5/3 r²) exp(-√5 r), twice differentiable (Rasmussen & Williams, Gaussian
 * Processes for Machine Learning, 2006, equation 4.17). dρ/d(r²) = -5/6 (1 + √5 r) exp(-√5 r) is finite at 0.
 */
export const matern52: RadialProfile = {
  name: 'matern52',
  apply(values, start, count, scale, slopes, slopeStart) {
    for (let i = 0; i < count; i++) {
      const square = 5 * (values[start + i] as number);
      const t = Math.sqrt(square);
      const decay = scale * decayingExponential(t);
      values[start + i] = (1 + t + square / 3) * decay;
      slopes[slopeStart + i] = (-5 / 6) * (1 + t) * decay;
    }
  },
};

/** The Gaussian, or squared exponential, covariance: ρ = exp(-r²/2). */
export const gaussian: RadialProfile = {
  name: 'gaussian',
  apply(values, start, count, scale, slopes, slopeStart) {
    for (let i = 0; i < count; i++) {
      const value = scale * decayingExponential(0.5 * (values[start + i] as number));
      values[start + i] = value;
      slopes[slopeStart + i] = -0.5 * value;
    }
  },
};
