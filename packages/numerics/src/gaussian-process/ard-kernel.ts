import { exp } from '../elementary/exp.ts';
import { addSquaredDifferences, squaredDistances } from './column-sums.ts';
import type { Kernel } from './kernel.ts';
import type { PointColumns } from './points.ts';
import { matern52, type RadialProfile } from './radial-profile.ts';

/** Number of columns of each kind. Numeric columns come first. */
export interface ColumnKinds {
  readonly numeric: number;
  /** Columns with codes of categories. Codes are only compared for equality. */
  readonly categorical: number;
}

/**
 * A radial kernel with automatic relevance determination over mixed columns: k(x, x') = c + s ρ(r²), r² = Σ_j w_j
 * d_j(x, x')², with d_j the difference of numbers and 0 or 1 for categories, so that w_j = 1/ℓ_j² of a lengthscale ℓ_j.
 * Categories are part of the sum: a different category is a step of √w_j lengthscales.
 *
 * The constant c is not a parameter. It is the prior variance of an unknown mean (Rasmussen & Williams, Gaussian
 * Processes for Machine Learning, 2006, equation 2.40). With c > 0, predictions far from all points tend to a weighted
 * mean of the targets, in which points that are close together have small weights. With c = 0 they tend to 0.
 *
 * Parameters: log w_1, …, log w_d, log s.
 *
 * @example
 * const kernel = new ArdKernel({ numeric: 2, categorical: 1 });
 * kernel.configure(Float64Array.of(0, 0, 0, 0)); // all weights and the scale 1
 * kernel.between(Float64Array.of(0.5, 0.5, 3), 0, Float64Array.of(0.5, 0.5, 3), 0); // 1
 */
export class ArdKernel implements Kernel {
  readonly columns: number;
  readonly parameters: number;
  readonly numeric: number;
  readonly profile: RadialProfile;
  /** c. */
  readonly constant: number;
  /** w_j. */
  readonly weights: Float64Array;
  #scale = 1;
  /** Derivatives by r² of the last matrix and of the last row. */
  #matrixSlopes: Float64Array = new Float64Array(0);
  #rowSlopes: Float64Array = new Float64Array(0);
  readonly #point: Float64Array;
  readonly #sums: Float64Array;
  readonly #pair: Float64Array = new Float64Array(2);

  /** @throws RangeError unless there is at least one column and `constant` is a finite number of at least 0 */
  constructor({ numeric, categorical }: ColumnKinds, profile: RadialProfile = matern52, constant = 0) {
    const columns = numeric + categorical;
    if (
      !(Number.isInteger(numeric) && Number.isInteger(categorical) && numeric >= 0 && categorical >= 0 && columns > 0)
    )
      throw new RangeError(
        `ArdKernel: numeric and categorical must be whole numbers with a sum of at least 1, not ${numeric} and ${categorical}.`,
      );
    if (!(constant >= 0 && constant < Number.POSITIVE_INFINITY))
      throw new RangeError(`ArdKernel: constant must be a finite number of at least 0, not ${constant}.`);
    this.columns = columns;
    this.constant = constant;
    this.parameters = columns + 1;
    this.numeric = numeric;
    this.profile = profile;
    this.weights = new Float64Array(columns).fill(1);
    this.#point = new Float64Array(columns);
    this.#sums = new Float64Array(columns);
  }

  /** c + s. */
  get variance(): number {
    return this.constant + this.#scale;
  }

  configure(logs: Float64Array): void {
    for (let j = 0; j < this.columns; j++) this.weights[j] = exp(logs[j] as number);
    this.#scale = exp(logs[this.columns] as number);
  }

  fillMatrix(points: PointColumns, out: Float64Array, stride: number): void {
    const { size } = points;
    if (this.#matrixSlopes.length < size * stride) this.#matrixSlopes = new Float64Array(size * stride);
    for (let i = 0; i < size; i++) {
      const row = i * stride;
      points.read(i, this.#point);
      squaredDistances(points, i, this.numeric, this.weights, this.#point, 0, out, row);
      this.profile.apply(out, row, i, this.#scale, this.#matrixSlopes, row);
      addConstant(out, row, i, this.constant);
      out[row + i] = this.variance;
    }
  }

  addMatrixGradient(
    points: PointColumns,
    c: Float64Array,
    stride: number,
    total: number,
    gradient: Float64Array,
  ): void {
    const h = this.#matrixSlopes;
    const ofScale = this.constant === 0 ? total : total - this.constant * symmetricSum(c, points.size, stride);
    for (let i = 1; i < points.size; i++) {
      const row = i * stride;
      for (let k = 0; k < i; k++) {
        const at = (row + k) | 0;
        h[at] = (h[at] as number) * (c[at] as number);
      }
    }
    this.#sums.fill(0);
    addSquaredDifferences(points, this.numeric, h, stride, this.#sums);
    for (let j = 0; j < this.columns; j++)
      gradient[j] = (gradient[j] as number) + (this.weights[j] as number) * (this.#sums[j] as number);
    gradient[this.columns] = (gradient[this.columns] as number) + 0.5 * ofScale;
  }

  fillRow(points: PointColumns, x: Float64Array, xStart: number, out: Float64Array, outStart: number): void {
    const { size } = points;
    if (this.#rowSlopes.length < size) this.#rowSlopes = new Float64Array(points.stride);
    squaredDistances(points, size, this.numeric, this.weights, x, xStart, out, outStart);
    this.profile.apply(out, outStart, size, this.#scale, this.#rowSlopes, 0);
    addConstant(out, outStart, size, this.constant);
  }

  addInputGradient(
    points: PointColumns,
    count: number,
    x: Float64Array,
    factors: Float64Array,
    gradient: Float64Array,
  ): void {
    const { values, stride } = points;
    const slopes = this.#rowSlopes;
    for (let j = 0; j < this.numeric; j++) {
      const column = j * stride;
      const xj = x[j] as number;
      let sum = 0;
      for (let i = 0; i < count; i++)
        sum += (factors[i] as number) * (slopes[i] as number) * (xj - (values[(column + i) | 0] as number));
      gradient[j] = (gradient[j] as number) + 2 * (this.weights[j] as number) * sum;
    }
  }

  between(x: Float64Array, xStart: number, y: Float64Array, yStart: number): number {
    let square = 0;
    for (let j = 0; j < this.columns; j++) {
      const d = (x[xStart + j] as number) - (y[yStart + j] as number);
      const w = this.weights[j] as number;
      if (j < this.numeric) square += w * d * d;
      else if (d !== 0) square += w;
    }
    this.#pair[0] = square;
    this.profile.apply(this.#pair, 0, 1, this.#scale, this.#pair, 1);
    return this.constant + (this.#pair[0] as number);
  }
}

function addConstant(values: Float64Array, start: number, count: number, constant: number): void {
  if (constant === 0) return;
  for (let i = start; i < start + count; i++) values[i] = (values[i] as number) + constant;
}

/** Σ_ij c_ij of a symmetric matrix given by its lower triangle. */
function symmetricSum(c: Float64Array, n: number, stride: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = i * stride;
    let below = 0;
    for (let k = 0; k < i; k++) below += c[(row + k) | 0] as number;
    sum += 2 * below + (c[row + i] as number);
  }
  return sum;
}
