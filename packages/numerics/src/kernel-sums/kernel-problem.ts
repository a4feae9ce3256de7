export type Floats = Float32Array | Float64Array;

/** Size of a {@link KernelProblem}. */
export interface KernelShape {
  /** Capacity in kernels. */
  readonly capacity: number;
  /** Number of axes along which kernels are normal. */
  readonly axes: number;
  /** Number of factors per kernel that are looked up in `rows`. */
  readonly lookups: number;
  /** Capacity in rows of looked-up factors. */
  readonly rows: number;
  /** Number of points. */
  readonly points: number;
}

/**
 * Input of a kernel sum. The caller fills all arrays except `maxima` and `sums`. Kernel `i` at point `c` has the exponent
 * `norms[i] - Σ_k ((centres[k·stride + i] - coordinates[c·axes + k]) · scales[k·stride + i])² + Σ_k rows[rowStarts[c·lookups + k] + i]`.
 * Entries of `rows` must not be positive.
 */
export interface KernelProblem {
  /** Capacity in kernels, rounded up to whole vectors. */
  readonly stride: number;
  readonly axes: number;
  readonly lookups: number;
  readonly points: number;
  /** Numbers per vector, which is also the number of partial sums per point. */
  readonly lanes: number;
  /** By axis, then kernel. */
  readonly centres: Floats;
  /** By axis, then kernel; `null` if all are 1. */
  readonly scales: Floats | null;
  /** By kernel; -Infinity leaves the kernel out. */
  readonly norms: Floats;
  /** By kernel, positive. */
  readonly weights: Floats;
  /** By point, then axis. */
  readonly coordinates: Floats;
  /** By row, then kernel. */
  readonly rows: Floats;
  /** By point, then lookup: start of the row, a multiple of `stride`. */
  readonly rowStarts: Int32Array;
  /** By point, then lane. Scratch. */
  readonly maxima: Floats;
  /** By point, then lane. Scratch. */
  readonly sums: Floats;
}
