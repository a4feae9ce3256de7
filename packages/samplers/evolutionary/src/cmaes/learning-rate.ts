import { exp } from '@asktell/numerics/elementary';
import type { Covariance } from './covariance.ts';

/** The part of a search that learning-rate adaptation reads and changes. */
export interface AdaptedSearch {
  readonly covariance: Covariance;
  readonly mean: Float64Array;
  sigma: number;
}

/** The state of a search before an update. */
export interface BeforeUpdate {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** Σ = σ² C, n × n. */
  readonly shape: Float64Array;
  /** C^(-1/2), n × n. */
  readonly inverseRoot: Float64Array;
}

const alpha = 1.4;
const gamma = 0.1;
const betaMean = 0.1;
const betaShape = 0.03;

/**
 * Learning-rate adaptation: Nomura, Akimoto, Ono, CMA-ES with Learning Rate Adaptation (GECCO 2023, arXiv:2304.03473). Scales
 * each update of the mean and of Σ = σ² C by a learning rate η, which keeps the signal-to-noise ratio of the updates at α η.
 * Slower, but averages over noise and over many local optima without a larger population. Cost: O(n³) per generation.
 */
export class LearningRates {
  readonly n: number;
  etaMean: number = 1;
  etaShape: number = 1;
  /** Exponential averages of the updates in local coordinates. */
  readonly averageMean: Float64Array;
  readonly averageShape: Float64Array;
  /** Exponential averages of the squared lengths of the updates. */
  squareMean: number = 0;
  squareShape: number = 0;

  constructor(n: number) {
    this.n = n;
    this.averageMean = new Float64Array(n);
    this.averageShape = new Float64Array(n * n);
  }

  /** Call before each update. */
  begin({ covariance, mean, sigma }: AdaptedSearch): BeforeUpdate {
    const { n } = this;
    const shape = new Float64Array(n * n);
    covariance.dense(shape);
    for (let i = 0; i < shape.length; i++) shape[i] = (shape[i] as number) * sigma * sigma;
    const inverseRoot = new Float64Array(n * n);
    const unit = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      unit.fill(0)[i] = 1;
      covariance.whiten(unit, inverseRoot.subarray(i * n, (i + 1) * n));
    }
    return { mean: mean.slice(), sigma, shape, inverseRoot };
  }

  /** Call after each update. Reverts a part of it. */
  apply(search: AdaptedSearch, before: BeforeUpdate): void {
    const { n } = this;
    const { covariance, mean } = search;
    const deltaMean = mean.map((m, i) => m - (before.mean[i] as number));
    const deltaShape = new Float64Array(n * n);
    covariance.dense(deltaShape);
    for (let i = 0; i < n * n; i++)
      deltaShape[i] = (deltaShape[i] as number) * search.sigma ** 2 - (before.shape[i] as number);

    const etaBefore = this.etaMean;
    this.#learn(deltaMean, deltaShape, before);
    for (let i = 0; i < n; i++) mean[i] = (before.mean[i] as number) + this.etaMean * (deltaMean[i] as number);
    const shape = before.shape.map(
      (value, i) => (value + this.etaShape * (deltaShape[i] as number)) / (before.sigma * before.sigma),
    );
    covariance.setDense(shape);
    // Split Σ so that det C = 1.
    const logDet = covariance.logDeterminant();
    covariance.scale(exp(-logDet / n));
    search.sigma = Math.min(before.sigma * exp(logDet / (2 * n)), 1e32);
    search.sigma *= etaBefore / this.etaMean; // The optimal step size grows as the learning rate of the mean decreases.
  }

  #learn(deltaMean: Float64Array, deltaShape: Float64Array, { inverseRoot, sigma }: BeforeUpdate): void {
    const { n } = this;
    const localMean = multiply(inverseRoot, deltaMean, n, 1);
    for (let i = 0; i < n; i++) localMean[i] = (localMean[i] as number) / sigma;
    // Computes R Δ R with the symmetric R = inverseRoot.
    const localShape = multiply(inverseRoot, multiply(deltaShape, inverseRoot, n, n), n, n);
    const factor = 1 / (sigma * sigma * Math.SQRT2);
    for (let i = 0; i < n * n; i++) localShape[i] = (localShape[i] as number) * factor;
    this.squareMean = average(this.averageMean, localMean, this.squareMean, betaMean);
    this.squareShape = average(this.averageShape, localShape, this.squareShape, betaShape);
    this.etaMean = adapted(this.etaMean, this.averageMean, this.squareMean, betaMean);
    this.etaShape = adapted(this.etaShape, this.averageShape, this.squareShape, betaShape);
  }

  clone(): LearningRates {
    const copy = new LearningRates(this.n);
    copy.etaMean = this.etaMean;
    copy.etaShape = this.etaShape;
    copy.averageMean.set(this.averageMean);
    copy.averageShape.set(this.averageShape);
    copy.squareMean = this.squareMean;
    copy.squareShape = this.squareShape;
    return copy;
  }
}

/** Updates an exponential average in place. Returns the updated average of the squared lengths. */
function average(mean: Float64Array, delta: Float64Array, square: number, beta: number): number {
  let length = 0;
  for (let i = 0; i < mean.length; i++) {
    const d = delta[i] as number;
    mean[i] = (1 - beta) * (mean[i] as number) + beta * d;
    length += d * d;
  }
  return (1 - beta) * square + beta * length;
}

function adapted(eta: number, mean: Float64Array, square: number, beta: number): number {
  let length = 0;
  for (const x of mean) length += x * x;
  const noise = square - length;
  // Without noise, for example at the first update, the ratio is infinite.
  const snr = noise > 0 ? (length - (beta / (2 - beta)) * square) / noise : Number.POSITIVE_INFINITY;
  const relative = Math.min(1, Math.max(-1, snr / (alpha * eta) - 1));
  return Math.min(1, eta * exp(Math.min(gamma * eta, beta) * relative));
}

/** A · B for A (n × n) and B (n × columns). */
function multiply(a: Float64Array, b: Float64Array, n: number, columns: number): Float64Array {
  const out = new Float64Array(n * columns);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const f = a[i * n + k] as number;
      for (let j = 0; j < columns; j++)
        out[i * columns + j] = (out[i * columns + j] as number) + f * (b[k * columns + j] as number);
    }
  }
  return out;
}
