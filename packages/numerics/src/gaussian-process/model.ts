import { exp } from '../elementary/exp.ts';
import { log } from '../elementary/log.ts';
import { CholeskyFactor } from '../linear-algebra/cholesky-factor.ts';
import { dot } from '../linear-algebra/row-kernels.ts';
import { solveLower, solveLowerTransposed } from '../linear-algebra/triangular-solve.ts';
import type { Kernel } from './kernel.ts';
import { PointColumns } from './points.ts';

export interface GaussianProcessOptions {
  /** Minimum noise variance, in squared units of the targets. Default: 1e-6. */
  readonly noiseFloor?: number;
  /** `false` fixes the noise variance at the floor. Default: `true`. */
  readonly learnNoise?: boolean;
  /** Initial capacity in points. Default: 16. */
  readonly capacity?: number;
}

/**
 * A Gaussian process with mean 0: points, targets, parameters and the factor of their covariance matrix K + N (Rasmussen & Williams,
 * Gaussian Processes for Machine Learning, 2006, algorithm 2.1). N is diagonal: the common noise variance plus an individual variance
 * per observation. Targets should be standardised.
 *
 * *Pending* points, whose targets are unknown, follow the observations. They change variances but not means: predictions are the mean
 * given the observations and the variance given all points.
 *
 * {@link MapFit} fits the parameters, {@link Posterior} predicts.
 *
 * @example
 * const process = new GaussianProcess(new ArdKernel({ numeric: 1, categorical: 0 }));
 * process.add(Float64Array.of(0.2), -1);
 * process.add(Float64Array.of(0.8), 1);
 * process.condition();
 * const posterior = new Posterior(process);
 * const mean = new Float64Array(1);
 * posterior.predict(Float64Array.of(0.5), 1, mean, new Float64Array(1)); // mean: 0
 */
export class GaussianProcess {
  readonly kernel: Kernel;
  readonly points: PointColumns;
  /** Factor of the covariance matrix of the points, observations first. Valid after {@link condition}. */
  readonly factor: CholeskyFactor;
  readonly noiseFloor: number;
  readonly learnNoise: boolean;
  /**
   * Logarithms of the parameters of the kernel, then the raw noise. The noise variance is its floor + exp(raw). Initially 0, and -4 for the
   * raw noise. Call {@link condition} to change them.
   */
  readonly parameters: Float64Array;
  #observations = 0;
  #targets: Float64Array;
  #variances: Float64Array;
  #alpha: Float64Array;
  #matrix: Float64Array = new Float64Array(0);
  #row: Float64Array = new Float64Array(0);

  /** @throws RangeError if `noiseFloor` is negative or not finite */
  constructor(kernel: Kernel, options: GaussianProcessOptions = {}) {
    const { noiseFloor = 1e-6, learnNoise = true, capacity = 16 } = options;
    if (!(noiseFloor >= 0 && noiseFloor < Number.POSITIVE_INFINITY))
      throw new RangeError(`GaussianProcess: noiseFloor must be a finite number of at least 0, not ${noiseFloor}.`);
    this.kernel = kernel;
    this.noiseFloor = noiseFloor;
    this.learnNoise = learnNoise;
    this.points = new PointColumns(kernel.columns, capacity);
    this.factor = new CholeskyFactor(capacity);
    this.parameters = new Float64Array(kernel.parameters + 1);
    this.parameters[kernel.parameters] = learnNoise ? -4 : Number.NEGATIVE_INFINITY;
    this.#targets = new Float64Array(capacity);
    this.#variances = new Float64Array(capacity);
    this.#alpha = new Float64Array(capacity);
  }

  /** Number of points, including pending ones. */
  get size(): number {
    return this.points.size;
  }

  /** Number of points with a target. They come first. */
  get observations(): number {
    return this.#observations;
  }

  /** Common noise variance. */
  get noise(): number {
    return this.noiseFloor + exp(this.parameters[this.kernel.parameters] as number);
  }

  /** Targets, one per observation. Use {@link retarget} to change them. */
  get targets(): Float64Array {
    return this.#targets;
  }

  /** Individual noise variances of the observations, which are added to the common one. */
  get variances(): Float64Array {
    return this.#variances;
  }

  /** (K + N)⁻¹ y of the observations. The mean at x is Σ_i alpha_i k(x, x_i). */
  get alpha(): Float64Array {
    return this.#alpha;
  }

  /** Whether the factor belongs to the current points. */
  get isConditioned(): boolean {
    return this.factor.size === this.size;
  }

  /** Removes all points. Keeps the parameters and the memory. */
  clear(): void {
    this.points.truncate(0);
    this.factor.truncate(0);
    this.#observations = 0;
  }

  /**
   * Adds an observation. Call {@link condition} afterwards.
   *
   * @param x one number per column of the kernel
   * @param variance individual noise variance of this observation, added to the common one
   * @throws RangeError if x has the wrong length, a number is not finite, `variance` is negative or there are pending points
   */
  add(x: Float64Array, target: number, variance = 0): void {
    this.#check(x, target, variance);
    this.#push(x, target, variance);
  }

  #check(x: Float64Array, target: number, variance: number): void {
    requirePoint(x, this.kernel.columns);
    if (!Number.isFinite(target)) throw new RangeError(`GaussianProcess: target must be finite, not ${target}.`);
    if (!(variance >= 0 && variance < Number.POSITIVE_INFINITY))
      throw new RangeError(`GaussianProcess: variance must be a finite number of at least 0, not ${variance}.`);
    if (this.size > this.#observations)
      throw new RangeError(
        `GaussianProcess: ${this.size - this.#observations} points are pending. Call dropPending() before adding an observation.`,
      );
  }

  #push(x: Float64Array, target: number, variance: number): void {
    const n = this.#observations;
    this.points.push(x);
    this.#targets = grown(this.#targets, this.points.stride);
    this.#variances = grown(this.#variances, this.points.stride);
    this.#alpha = grown(this.#alpha, this.points.stride);
    this.#targets[n] = target;
    this.#variances[n] = variance;
    this.#observations = n + 1;
  }

  /**
   * Drops pending points and factorises the covariance matrix of the observations in n³/3 operations.
   *
   * @param parameters new {@link parameters}, all or only the first ones
   * @returns the jitter that was added to the diagonal, usually 0; `undefined` if the matrix is not positive definite or not finite
   */
  condition(parameters?: Float64Array): number | undefined {
    if (parameters !== undefined) this.parameters.set(parameters);
    this.kernel.configure(this.parameters);
    this.dropPending();
    const n = this.#observations;
    this.factor.reserve(n);
    const { stride } = this.factor;
    const matrix = this.workMatrix;
    const { noise } = this;
    this.kernel.fillMatrix(this.points, matrix, stride);
    for (let i = 0; i < n; i++) {
      const at = i * (stride + 1);
      matrix[at] = (matrix[at] as number) + noise + (this.#variances[i] as number);
    }
    const jitter = this.factor.factorise(matrix, n, stride);
    if (jitter !== undefined) this.#solveAlpha();
    return jitter;
  }

  /**
   * Scratch memory for a matrix with the stride of the factor. {@link condition} overwrites it. Between two calls of {@link condition} it
   * can be used freely.
   */
  get workMatrix(): Float64Array {
    const length = this.factor.stride ** 2;
    if (this.#matrix.length < length) this.#matrix = new Float64Array(length);
    return this.#matrix;
  }

  #solveAlpha(): void {
    const n = this.#observations;
    for (let i = 0; i < n; i++) this.#alpha[i] = this.#targets[i] as number;
    solveLower(this.factor.lower, n, this.factor.stride, this.#alpha);
    solveLowerTransposed(this.factor.lower, n, this.factor.stride, this.#alpha);
  }

  /**
   * Adds an observation to a conditioned process in O(n²) without changing the parameters.
   *
   * @returns the result of {@link CholeskyFactor.append}; `undefined` if nothing was added
   * @throws RangeError as {@link add} does, and if the process is not conditioned
   */
  append(x: Float64Array, target: number, variance = 0): number | undefined {
    this.#check(x, target, variance);
    const jitter = this.#extendFactor(x, variance);
    if (jitter === undefined) return undefined;
    this.#push(x, target, variance);
    this.#solveAlpha();
    return jitter;
  }

  /**
   * Adds a pending point to a conditioned process in O(n²).
   *
   * @returns the result of {@link CholeskyFactor.append}; `undefined` if nothing was added
   * @throws RangeError if x has the wrong length, a number is not finite or the process is not conditioned
   */
  appendPending(x: Float64Array): number | undefined {
    requirePoint(x, this.kernel.columns);
    const jitter = this.#extendFactor(x, 0);
    if (jitter !== undefined) this.points.push(x);
    return jitter;
  }

  #extendFactor(x: Float64Array, variance: number): number | undefined {
    requireConditioned(this);
    const n = this.size;
    this.#row = grown(this.#row, n + 1);
    this.kernel.fillRow(this.points, x, 0, this.#row, 0);
    this.#row[n] = this.kernel.variance + this.noise + variance;
    this.factor.forgetInverse();
    return this.factor.append(this.#row);
  }

  /** Removes all pending points. */
  dropPending(): void {
    this.points.truncate(this.#observations);
    this.factor.truncate(Math.min(this.factor.size, this.#observations));
  }

  /**
   * Replaces all targets. Costs O(n²) if the process is conditioned.
   * @throws RangeError if the number of targets differs from the number of observations, or a target is not finite
   */
  retarget(targets: Float64Array): void {
    if (targets.length !== this.#observations)
      throw new RangeError(
        `GaussianProcess: there must be ${this.#observations} targets, one per observation, not ${targets.length}.`,
      );
    for (const target of targets)
      if (!Number.isFinite(target)) throw new RangeError(`GaussianProcess: target must be finite, not ${target}.`);
    this.#targets.set(targets);
    if (this.factor.size >= this.#observations) this.#solveAlpha();
  }

  /** log p(y | points, parameters) of the observations (equation 2.30), or -Infinity if the process is not conditioned. */
  logMarginalLikelihood(): number {
    const n = this.#observations;
    if (this.factor.size < n) return Number.NEGATIVE_INFINITY;
    let logs = 0;
    for (let i = 0; i < n; i++) logs += log(this.factor.lower[i * (this.factor.stride + 1)] as number);
    return 0 - 0.5 * dot(this.#targets, 0, this.#alpha, 0, n) - logs - n * halfLog2Pi;
  }
}

/** log(2π) / 2. */
const halfLog2Pi = 0.9189385332046727;

/** @throws RangeError if the factor does not belong to the current points */
export function requireConditioned(process: GaussianProcess): void {
  if (!process.isConditioned)
    throw new RangeError(
      `GaussianProcess: there are ${process.size} points, but the factor has ${process.factor.size} rows. Call condition() first.`,
    );
}

function requirePoint(x: Float64Array, columns: number): void {
  if (x.length !== columns)
    throw new RangeError(`GaussianProcess: a point must have ${columns} columns, not ${x.length}.`);
  for (let j = 0; j < columns; j++)
    if (!Number.isFinite(x[j]))
      throw new RangeError(`GaussianProcess: column ${j} of a point must be finite, not ${x[j]}.`);
}

function grown(array: Float64Array, length: number): Float64Array {
  if (array.length >= length) return array;
  const longer = new Float64Array(Math.max(length, Math.ceil(1.5 * array.length)));
  longer.set(array);
  return longer;
}
