import { dot } from '../linear-algebra/row-kernels.ts';
import { type GaussianProcess, requireConditioned } from './model.ts';

/** Variances below this fraction of the kernel's variance are rounding errors. */
const varianceFloor = 1e-12;

/** Number of candidates processed together, so that loaded numbers of the factor are used several times. */
const blockSize = 4;

/** Mean, variance and their derivatives at one point, written by {@link Posterior.evaluate}. */
export interface PosteriorGradient {
  mean: number;
  /** Variance of the function, without noise. */
  variance: number;
  /** Derivatives by the numeric columns of x; 0 for categorical columns. */
  readonly meanGradient: Float64Array;
  readonly varianceGradient: Float64Array;
}

/** Creates a {@link PosteriorGradient} for points with the given number of columns. */
export function posteriorGradient(columns: number): PosteriorGradient {
  return {
    mean: 0,
    variance: 0,
    meanGradient: new Float64Array(columns),
    varianceGradient: new Float64Array(columns),
  };
}

/**
 * The posterior of a Gaussian process (Rasmussen & Williams 2006, equations 2.25 and 2.26): the mean given its observations, and the
 * variance given all its points, including pending ones. Variances are those of the function, without noise, and at least 10⁻¹² of the
 * kernel's variance. Working memory is reused.
 */
export class Posterior {
  readonly process: GaussianProcess;
  #rows: Float64Array = new Float64Array(0);

  constructor(process: GaussianProcess) {
    this.process = process;
  }

  /**
   * Computes means and variances at many points, in n² operations per point.
   *
   * @param candidates points, row by row
   * @param mean receives `count` numbers
   * @param variance receives `count` numbers
   * @throws RangeError if the process is not conditioned
   */
  predict(candidates: Float64Array, count: number, mean: Float64Array, variance: Float64Array): void {
    requireConditioned(this.process);
    const { kernel, points, factor, alpha, observations, size } = this.process;
    const rows = this.#room(blockSize);
    for (let first = 0; first < count; first += blockSize) {
      const block = Math.min(blockSize, count - first);
      for (let c = 0; c < block; c++) {
        const row = c * size;
        kernel.fillRow(points, candidates, (first + c) * kernel.columns, rows, row);
        mean[first + c] = dot(rows, row, alpha, 0, observations);
      }
      factor.solveLowerRows(rows, block, size);
      for (let c = 0; c < block; c++)
        variance[first + c] = this.#floored(kernel.variance - dot(rows, c * size, rows, c * size, size));
    }
  }

  /**
   * Computes only means, in n · columns operations per point.
   * @throws RangeError if the process is not conditioned
   */
  predictMean(candidates: Float64Array, count: number, mean: Float64Array): void {
    requireConditioned(this.process);
    const { kernel, points, alpha, observations } = this.process;
    const rows = this.#room(1);
    for (let c = 0; c < count; c++) {
      kernel.fillRow(points, candidates, c * kernel.columns, rows, 0);
      mean[c] = dot(rows, 0, alpha, 0, observations);
    }
  }

  /**
   * Computes mean and variance at one point with their derivatives by x, in 2 n² operations. Derivatives of a variance at its floor are 0.
   *
   * @param x the point
   * @param out receives the results
   * @throws RangeError if the process is not conditioned
   */
  evaluate(x: Float64Array, out: PosteriorGradient): void {
    requireConditioned(this.process);
    const { kernel, points, factor, alpha, observations, size } = this.process;
    const rows = this.#room(1);
    kernel.fillRow(points, x, 0, rows, 0);
    out.mean = dot(rows, 0, alpha, 0, observations);
    out.meanGradient.fill(0);
    kernel.addInputGradient(points, observations, x, alpha, out.meanGradient);
    factor.solveLower(rows);
    const variance = kernel.variance - dot(rows, 0, rows, 0, size);
    out.variance = this.#floored(variance);
    out.varianceGradient.fill(0);
    if (out.variance > variance) return;
    factor.solveLowerTransposed(rows);
    kernel.addInputGradient(points, size, x, rows, out.varianceGradient);
    for (let j = 0; j < kernel.columns; j++) out.varianceGradient[j] = 0 - 2 * (out.varianceGradient[j] as number);
  }

  /**
   * Computes the covariance matrix of the function at candidate points given all points. Its diagonal equals the variances of
   * {@link predict}.
   *
   * @param out receives count × count numbers, row by row
   * @throws RangeError if the process is not conditioned
   */
  covariance(candidates: Float64Array, count: number, out: Float64Array): void {
    requireConditioned(this.process);
    const { kernel, points, factor, size } = this.process;
    const { columns } = kernel;
    const rows = this.#room(count);
    for (let c = 0; c < count; c++) kernel.fillRow(points, candidates, c * columns, rows, c * size);
    factor.solveLowerRows(rows, count, size);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        const prior = a === b ? kernel.variance : kernel.between(candidates, a * columns, candidates, b * columns);
        const value = prior - dot(rows, a * size, rows, b * size, size);
        out[a * count + b] = a === b ? this.#floored(value) : value;
        out[b * count + a] = out[a * count + b] as number;
      }
    }
  }

  #floored(variance: number): number {
    const least = varianceFloor * this.process.kernel.variance;
    return Math.max(variance, least);
  }

  #room(rows: number): Float64Array {
    const length = rows * this.process.size;
    if (this.#rows.length < length) this.#rows = new Float64Array(Math.ceil(1.5 * length));
    return this.#rows;
  }
}
