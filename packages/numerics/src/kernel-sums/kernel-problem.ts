export type Floats = Float32Array | Float64Array;

export interface KernelShape {
  /** Kernels there is room for. */
  readonly capacity: number;
  /** Axes along which a kernel is normal. */
  readonly axes: number;
  /** Factors of a kernel that are looked up. */
  readonly lookups: number;
  /** Rows of looked-up factors there is room for. */
  readonly rows: number;
  readonly points: number;
}

/**
 * What is to be summed: to be filled in, but for `sums`. Kernel `i` at point `c` has the exponent
 * `norms[i] - Σ_k ((centres[k·stride + i] - coordinates[c·axes + k]) · scales[k·stride + i])² + Σ_k rows[rowStarts[c·lookups + k] + i]`;
 * what is looked up must not be positive.
 */
export interface KernelProblem {
  /** Kernels there is room for. */
  readonly stride: number;
  readonly axes: number;
  readonly lookups: number;
  readonly points: number;
  /** Numbers in a vector: a point has so many maxima and sums. */
  readonly lanes: number;
  /** By axis, then kernel. */
  readonly centres: Floats;
  /** By axis, then kernel; `null` when all are 1. */
  readonly scales: Floats | null;
  /** By kernel; -Infinity = it does not count. */
  readonly norms: Floats;
  /** By kernel, positive. */
  readonly weights: Floats;
  /** By point, then axis. */
  readonly coordinates: Floats;
  /** By row, then kernel. */
  readonly rows: Floats;
  /** By point, then factor: where the row begins, a multiple of `stride`. */
  readonly rowStarts: Int32Array;
  /** By point, then lane. */
  readonly maxima: Floats;
  readonly sums: Floats;
}
