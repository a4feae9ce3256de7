import { CholeskyFactor } from '../linear-algebra/cholesky-factor.ts';
import { dot } from '../linear-algebra/row-kernels.ts';
import { solveLower, solveLowerTransposed } from '../linear-algebra/triangular-solve.ts';
import type { Kernel } from './kernel.ts';
import { PointColumns } from './points.ts';

export interface GaussianProcessOptions {
  /** Least noise variance, in squared units of the targets. Default 1e-6. */
  readonly noiseFloor?: number;
  /** `false`: the noise variance is the floor, and is no parameter. Default `true`. */
  readonly learnNoise?: boolean;
  /** Points there is room for at first. Default 16. */
  readonly capacity?: number;
}

/**
 * A Gaussian process with mean 0: points, targets, parameters and the factor of their covariance matrix K + N (Rasmussen & Williams,
 * Gaussian Processes for Machine Learning, 2006, algorithm 2.1). N is diagonal: the noise variance plus a variance of each
 * observation's own. Give it standardised targets.
 *
 * After its observations it may hold *pending* points, whose targets are not known. They change variances, never means: what is
 * predicted are the mean given the observations and the variance given all points.
 *
 * It knows data and parameters. {@link MapFit} chooses the parameters, {@link Posterior} predicts.
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
  /** Of the points, observations first. Current after {@link condition}. */
  readonly factor: CholeskyFactor;
  readonly noiseFloor: number;
  readonly learnNoise: boolean;
  /**
   * Logarithms of the kernel's parameters, then the raw noise: the noise variance is its floor + exp(raw). At first 0, and -4 for the
   * noise. To change them call {@link condition}.
   */
  readonly parameters: Float64Array;
  #observations = 0;
  #targets: Float64Array;
  #variances: Float64Array;
  #alpha: Float64Array;
  #matrix: Float64Array = new Float64Array(0);
  #row: Float64Array = new Float64Array(0);

  /** @throws RangeError unless `noiseFloor` is positive or 0 */
  constructor(kernel: Kernel, options: GaussianProcessOptions = {}) {
    const { noiseFloor = 1e-6, learnNoise = true, capacity = 16 } = options;
    if (!(noiseFloor >= 0 && noiseFloor < Number.POSITIVE_INFINITY))
      throw new RangeError(`noiseFloor must be a finite number from 0 on, not ${noiseFloor}.`);
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

  /** Points, pending ones included. */
  get size(): number {
    return this.points.size;
  }

  /** Points with a target: the first ones. */
  get observations(): number {
    return this.#observations;
  }

  /** Noise variance. */
  get noise(): number {
    return this.noiseFloor + Math.exp(this.parameters[this.kernel.parameters] as number);
  }

  /** One for each observation. Change them with {@link retarget}. */
  get targets(): Float64Array {
    return this.#targets;
  }

  /** Noise variances of the observations' own, which are added to the noise variance. */
  get variances(): Float64Array {
    return this.#variances;
  }

  /** (K + N)⁻¹ y of the observations: the mean at x is Σ_i alpha_i k(x, x_i). */
  get alpha(): Float64Array {
    return this.#alpha;
  }

  /** Whether the factor is that of the present points. */
  get isConditioned(): boolean {
    return this.factor.size === this.size;
  }

  /** Removes all points. Parameters and memory stay. */
  clear(): void {
    this.points.truncate(0);
    this.factor.truncate(0);
    this.#observations = 0;
  }

  /**
   * Adds an observation, to be followed by {@link condition}.
   *
   * @param x the kernel's columns
   * @param variance noise variance of this observation beside the common one
   * @throws RangeError when x has another length, a number is not finite, `variance` is negative or pending points are held
   */
  add(x: Float64Array, target: number, variance = 0): void {
    this.#check(x, target, variance);
    this.#push(x, target, variance);
  }

  #check(x: Float64Array, target: number, variance: number): void {
    requirePoint(x, this.kernel.columns);
    if (!Number.isFinite(target)) throw new RangeError(`A target must be finite, not ${target}.`);
    if (!(variance >= 0 && variance < Number.POSITIVE_INFINITY))
      throw new RangeError(`The variance of an observation must be a finite number from 0 on, not ${variance}.`);
    if (this.size > this.#observations)
      throw new RangeError(
        `${this.size - this.#observations} points are pending: drop them before adding an observation.`,
      );
  }

  #push(x: Float64Array, target: number, variance: number): void {
    const n = this.#observations;
    this.points.push(x);
    this.#targets = withRoom(this.#targets, this.points.stride);
    this.#variances = withRoom(this.#variances, this.points.stride);
    this.#alpha = withRoom(this.#alpha, this.points.stride);
    this.#targets[n] = target;
    this.#variances[n] = variance;
    this.#observations = n + 1;
  }

  /**
   * Factorises the covariance matrix of the observations, n³/3 operations, and drops pending points.
   *
   * @param parameters new {@link parameters}; only as many as are given are set
   * @returns the jitter that was added to the diagonal, mostly 0; `undefined` when the matrix is not positive definite or not finite
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
   * Memory for a matrix of the factor's stride. {@link condition} writes the covariance matrix there; afterwards it is free for
   * what a matrix is needed for, until the next call.
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
   * Adds an observation to a conditioned process and keeps the parameters: O(n²).
   *
   * @returns as {@link CholeskyFactor.append}; `undefined`: nothing was added
   * @throws RangeError as {@link add}, and when the process is not conditioned
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
   * Adds a pending point to a conditioned process: O(n²).
   *
   * @returns as {@link CholeskyFactor.append}; `undefined`: nothing was added
   * @throws RangeError when x has another length, a number is not finite or the process is not conditioned
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
    this.#row = withRoom(this.#row, n + 1);
    this.kernel.fillRow(this.points, x, 0, this.#row, 0);
    this.#row[n] = this.kernel.variance + this.noise + variance;
    this.factor.forgetInverse();
    return this.factor.append(this.#row);
  }

  /** Removes the pending points, all of them. */
  dropPending(): void {
    this.points.truncate(this.#observations);
    this.factor.truncate(Math.min(this.factor.size, this.#observations));
  }

  /**
   * Sets all targets: O(n²) where the process is conditioned.
   * @throws RangeError when there are not as many targets as observations, or one is not finite
   */
  retarget(targets: Float64Array): void {
    if (targets.length !== this.#observations)
      throw new RangeError(`There are ${this.#observations} observations, but ${targets.length} targets.`);
    for (const target of targets)
      if (!Number.isFinite(target)) throw new RangeError(`A target must be finite, not ${target}.`);
    this.#targets.set(targets);
    if (this.factor.size >= this.#observations) this.#solveAlpha();
  }

  /** log p(y | points, parameters) of the observations (equation 2.30); -Infinity when the process is not conditioned. */
  logMarginalLikelihood(): number {
    const n = this.#observations;
    if (this.factor.size < n) return Number.NEGATIVE_INFINITY;
    let logs = 0;
    for (let i = 0; i < n; i++) logs += Math.log(this.factor.lower[i * (this.factor.stride + 1)] as number);
    return 0 - 0.5 * dot(this.#targets, 0, this.#alpha, 0, n) - logs - n * halfLog2Pi;
  }
}

/** log(2π) / 2. */
const halfLog2Pi = 0.9189385332046727;

/** @throws RangeError when the factor is not that of the present points and parameters */
export function requireConditioned(process: GaussianProcess): void {
  if (!process.isConditioned)
    throw new RangeError(
      `The process has ${process.size} points, but its factor has ${process.factor.size}: call condition() first.`,
    );
}

function requirePoint(x: Float64Array, columns: number): void {
  if (x.length !== columns) throw new RangeError(`A point has ${columns} columns, not ${x.length}.`);
  for (let j = 0; j < columns; j++)
    if (!Number.isFinite(x[j])) throw new RangeError(`Column ${j} of a point must be finite, not ${x[j]}.`);
}

function withRoom(held: Float64Array, length: number): Float64Array {
  if (held.length >= length) return held;
  const wider = new Float64Array(Math.max(length, Math.ceil(1.5 * held.length)));
  wider.set(held);
  return wider;
}
