import type { PointColumns } from './points.ts';

/**
 * A covariance function k(x, x') with positive parameters, given by their natural logarithms. What a model needs of it: matrices,
 * rows, and contractions of their derivatives, so that no derivative of a matrix is ever stored.
 *
 * Implement it to try another covariance. One instance serves one model: it keeps what its derivatives need between the calls.
 */
export interface Kernel {
  /** Numbers of a point. */
  readonly columns: number;
  /** Number of parameters. */
  readonly parameters: number;
  /** k(x, x), the same for every x. */
  readonly variance: number;
  /** Sets the parameters to the exponentials of the first numbers of `logs`. */
  configure(logs: Float64Array): void;
  /** Fills the lower triangle of the covariance matrix of the points, its diagonal included; rows are `stride` numbers apart. */
  fillMatrix(points: PointColumns, out: Float64Array, stride: number): void;
  /**
   * Adds ½ Σ_ij C_ij ∂k(x_i, x_j)/∂(log θ_p) to `gradient[p]`, for the points of the last {@link fillMatrix} and once for it.
   *
   * @param c symmetric, in the lower triangle, rows `stride` numbers apart, the stride of {@link fillMatrix}
   * @param total Σ_ij C_ij k(x_i, x_j)
   */
  addMatrixGradient(points: PointColumns, c: Float64Array, stride: number, total: number, gradient: Float64Array): void;
  /**
   * Fills a row with the covariances of x and the points.
   *
   * @param x the point, its numbers from index `xStart` on
   * @param out receives one number for each point, from index `outStart` on
   */
  fillRow(points: PointColumns, x: Float64Array, xStart: number, out: Float64Array, outStart: number): void;
  /**
   * Adds Σ_i factors[i] ∂k(x, x_i)/∂x_j to `gradient[j]`, for the first `count` points and the x of the last {@link fillRow}.
   * Columns of categories have no derivative: theirs is left as it is.
   */
  addInputGradient(
    points: PointColumns,
    count: number,
    x: Float64Array,
    factors: Float64Array,
    gradient: Float64Array,
  ): void;
  /** k(x, y) of two points inside of buffers. */
  between(x: Float64Array, xStart: number, y: Float64Array, yStart: number): number;
}
