import { exp } from '@asktell/numerics/elementary';

/** Fraction of source trials that are promising. */
const gamma = 0.1;
/** Standard deviation of the normal kernel around each promising point, as a fraction of the range. */
const alpha = 0.1;

/** The number of promising trials among `count` source trials, at least 1. */
export function promisingCount(count: number): number {
  return Math.max(1, Math.floor(count * gamma));
}

/** A normal distribution N(mean, sigma² C), det C = 1. */
export interface InitialDistribution {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** C, n × n. */
  readonly shape: Float64Array;
}

/**
 * The normal distribution closest to a mixture of kernels N(x_i, α² I) at the promising points, with α = 0.1 on coordinates in
 * [0, 1]: Nomura, Watanabe, Akimoto, Ozaki, Onishi, Warm Starting CMA-ES for Hyperparameter Optimization (AAAI 2021,
 * arXiv:2012.06932, eq. 4–5).
 * @param points promising points, k × n, row-major
 * @param logDeterminant returns ln det of a symmetric positive definite n × n matrix
 */
export function promisingDistribution(
  points: Float64Array,
  n: number,
  logDeterminant: (matrix: Float64Array) => number,
): InitialDistribution {
  const k = points.length / n;
  const mean = new Float64Array(n);
  for (let i = 0; i < points.length; i++) mean[i % n] = (mean[i % n] as number) + (points[i] as number) / k;
  const shape = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let row = 0; row < k; row++)
        sum +=
          ((points[row * n + i] as number) - (mean[i] as number)) *
          ((points[row * n + j] as number) - (mean[j] as number));
      shape[i * n + j] = sum / k + (i === j ? alpha * alpha : 0);
    }
  }
  const logDet = logDeterminant(shape);
  const scale = exp(-logDet / n);
  return { mean, sigma: exp(logDet / (2 * n)), shape: shape.map((value) => value * scale) };
}
