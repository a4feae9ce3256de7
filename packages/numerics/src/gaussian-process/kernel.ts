import type { PointColumns } from './points.ts';

/**
 * A covariance function k(x, x') with positive parameters, given by their natural logarithms. It provides matrices, rows, and
 * contractions of their derivatives, so that derivatives of matrices are never stored.
 *
 * An instance stores intermediate results between calls, so each model needs its own instance.
 */
export interface Kernel {
  /** Number of columns of a point. */
  readonly columns: number;
  /** Number of parameters. */
  readonly parameters: number;
  /** k(x, x), the same for every x. */
  readonly variance: number;
  /** Sets the parameters to the exponentials of the first numbers of `logs`. */
  configure(logs: Float64Array): void;
  /** Fills the lower triangle of the covariance matrix of the points, including the diagonal. Rows are `stride` numbers apart. */
  fillMatrix(points: PointColumns, out: Float64Array, stride: number): void;
  /**
   * Adds ½ Σ_ij C_ij ∂k(x_i, x_j)/∂(log θ_p) to `gradient[p]`, for the points of the last {@link fillMatrix}. Can be called once per
   * {@link fillMatrix}.
   *
   * @param c lower triangle of the symmetric C, with the stride of {@link fillMatrix}
   * @param total Σ_ij C_ij k(x_i, x_j)
   */
  addMatrixGradient(points: PointColumns, c: Float64Array, stride: number, total: number, gradient: Float64Array): void;
  /**
   * Fills a row with the covariances of x and the points.
   *
   * @param x the point, starting at index `xStart`
   * @param out receives one number per point, starting at index `outStart`
   */
  fillRow(points: PointColumns, x: Float64Array, xStart: number, out: Float64Array, outStart: number): void;
  /**
   * Adds Σ_i factors[i] ∂k(x, x_i)/∂x_j to `gradient[j]`, for the first `count` points and the x of the last {@link fillRow}.
   * Categorical columns have no derivative, and their entries are not modified.
   */
  addInputGradient(
    points: PointColumns,
    count: number,
    x: Float64Array,
    factors: Float64Array,
    gradient: Float64Array,
  ): void;
  /** k(x, y) of two points in buffers. */
  between(x: Float64Array, xStart: number, y: Float64Array, yStart: number): number;
}
