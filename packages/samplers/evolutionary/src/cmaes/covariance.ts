/**
 * The shape C of a search distribution N(m, σ² C), with a square root of C for sampling and whitening. Steps y ~ N(0, C) are in
 * units of σ. A covariance is mutable, but `sample`, `whiten` and `squaredLength` do not change it.
 */
export interface Covariance {
  readonly n: number;
  /** y = C^(1/2) z for a standard normal z. Both have n numbers. */
  sample(z: Float64Array, y: Float64Array): void;
  /** C^(-1/2) y. */
  whiten(y: Float64Array, out: Float64Array): void;
  /** ‖C^(-1/2) y‖² of the step at rows[offset…offset + n). */
  squaredLength(rows: Float64Array, offset: number): number;
  /** C ← keep · C + c1 · pc pcᵀ + Σ_i coefficients[i] · y_i y_iᵀ (eq. 47), where y_i are the λ rows of `steps`. */
  update(keep: number, c1: number, pc: Float64Array, coefficients: Float64Array, steps: Float64Array): void;
  /** C_ii. */
  variance(i: number): number;
  /** Sets C = diag(variances). */
  setDiagonal(variances: Float64Array): void;
  /** Writes C, n × n. */
  dense(out: Float64Array): void;
  /** Sets C to a symmetric n × n matrix. */
  setDense(matrix: Float64Array): void;
  /** ln det C. */
  logDeterminant(): number;
  /** C ← factor · C. */
  scale(factor: number): void;
  /** The k-th principal axis. Writes the unit vector and returns the standard deviation. */
  axis(k: number, out: Float64Array): number;
  /** Smallest and largest standard deviation over all directions. */
  extremes(): readonly [number, number];
  clone(): Covariance;
}
