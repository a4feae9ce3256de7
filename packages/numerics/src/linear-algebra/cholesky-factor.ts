import { log } from '../elementary/log.ts';
import { choleskyInPlace } from './cholesky.ts';
import { dot } from './row-kernels.ts';
import { invertTransposed, subtractUpperProduct } from './triangular-inverse.ts';
import { solveLower, solveLowerRows, solveLowerTransposed } from './triangular-solve.ts';

/** The first jitter, in units of the mean diagonal entry. */
const firstJitter = 1e-10;
const jitterSteps = 8;

/**
 * The Cholesky factor L of a symmetric positive definite matrix A = L Lᵀ that can be extended and truncated. Appending a row costs
 * O(n²), truncating O(1). Memory grows on demand and is reused.
 *
 * Matrices are row-major with {@link stride} numbers from one row to the next. A matrix that is too close to singular gets *jitter*, a
 * multiple of the identity: first 10⁻¹⁰ of the mean diagonal entry, then ten times more, in up to eight attempts. The jitter is returned.
 *
 * @example
 * const factor = new CholeskyFactor();
 * factor.factorise(Float64Array.of(4, 0, 2, 5), 2); // 0: no jitter
 * factor.append(Float64Array.of(2, 3, 6)); // A: (4, 2, 2), (2, 5, 3), (2, 3, 6)
 * const x = Float64Array.of(8, 10, 11);
 * factor.solve(x); // x: 1, 1, 1
 */
export class CholeskyFactor {
  #capacity: number;
  #size = 0;
  #jitter = 0;
  #lower: Float64Array;
  #inverse: Float64Array | null = null;
  #isInverted = false;

  /** @param capacity initial capacity in rows */
  constructor(capacity = 16) {
    this.#capacity = wholeBlocks(capacity);
    this.#lower = new Float64Array(this.#capacity ** 2);
  }

  /** Number of rows of the matrix. */
  get size(): number {
    return this.#size;
  }

  /** Distance between the starts of two rows in {@link lower} and {@link inverse}. It changes when memory grows. */
  get stride(): number {
    return this.#capacity;
  }

  /** L in the lower triangle. Entries above it are arbitrary. The buffer is replaced when memory grows. */
  get lower(): Float64Array {
    return this.#lower;
  }

  /** L⁻¹ in the lower triangle and its transpose in the upper one. `null` until {@link invert} is called after a factorisation. */
  get inverse(): Float64Array | null {
    return this.#isInverted ? this.#inverse : null;
  }

  /** The jitter that the last factorisation added to every diagonal entry. */
  get jitter(): number {
    return this.#jitter;
  }

  /** Grows the memory to at least this many rows and keeps the contents. */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    const capacity = wholeBlocks(Math.max(rows, this.#capacity * 1.5));
    this.#lower = widened(this.#lower, this.#capacity, this.#size, capacity);
    if (this.#inverse !== null) this.#inverse = widened(this.#inverse, this.#capacity, this.#size, capacity);
    this.#capacity = capacity;
  }

  /**
   * Factorises the n × n matrix whose lower triangle is in `a`, which is not modified. Costs n³/3 operations.
   *
   * @param stride of `a`
   * @returns the jitter that was added to the diagonal, usually 0. `undefined` if the largest jitter was not enough or an entry is not
   *   finite; the factor then has no rows.
   */
  factorise(a: Float64Array, n: number, stride: number = n): number | undefined {
    this.#size = 0;
    this.#isInverted = false;
    this.reserve(n);
    let mean = 0;
    for (let i = 0; i < n; i++) mean += (a[i * stride + i] as number) / n;
    let jitter = 0;
    for (let step = 0; step <= jitterSteps; step++) {
      this.#load(a, n, stride, jitter);
      if (choleskyInPlace(this.#lower, n, this.#capacity) === n) {
        this.#size = n;
        this.#jitter = jitter;
        return jitter;
      }
      if (!(mean > 0 && mean < Number.POSITIVE_INFINITY)) break;
      jitter = nextJitter(jitter, mean);
    }
    return undefined;
  }

  #load(a: Float64Array, n: number, stride: number, jitter: number): void {
    const lower = this.#lower;
    for (let i = 0; i < n; i++) {
      const from = i * stride;
      const to = i * this.#capacity;
      for (let k = 0; k < i; k++) lower[to + k] = a[from + k] as number;
      lower[to + i] = (a[from + i] as number) + jitter;
    }
  }

  /**
   * Appends a row and a column to A. Costs 2 n² operations, and 2 n² more if the inverse factor is kept.
   *
   * @param row the new row up to and including its diagonal entry, size + 1 numbers from index `start` on; not modified
   * @returns the jitter that was added to the diagonal entry, at least the {@link jitter} of the factorisation. `undefined` if the matrix
   *   would not be positive definite; nothing is appended then.
   */
  append(row: Float64Array, start = 0): number | undefined {
    const n = this.#size;
    this.reserve(n + 1);
    const lower = this.#lower;
    const at = n * this.#capacity;
    for (let k = 0; k < n; k++) lower[at + k] = row[start + k] as number;
    solveLower(lower, n, this.#capacity, lower, at);
    const entry = row[start + n] as number;
    const rest = entry - dot(lower, at, lower, at, n);
    let jitter = this.#jitter;
    for (let step = 0; !(rest + jitter > (n + 1) * Number.EPSILON * entry); step++) {
      if (step === jitterSteps) return undefined;
      jitter = nextJitter(jitter, entry);
    }
    if (!(rest + jitter < Number.POSITIVE_INFINITY)) return undefined;
    lower[at + n] = Math.sqrt(rest + jitter);
    this.#size = n + 1;
    if (this.#isInverted) this.#appendInverse();
    return jitter;
  }

  /** With l the new row of L before its pivot p, the new row of L⁻¹ is (-l L⁻¹, 1) / p. */
  #appendInverse(): void {
    const inverse = this.#inverse as Float64Array;
    const stride = this.#capacity;
    const n = this.#size - 1;
    const at = n * stride;
    const pivot = this.#lower[at + n] as number;
    for (let j = 0; j < n; j++) {
      const row = j * stride;
      const value = -dot(inverse, row + j, this.#lower, at + j, n - j) / pivot;
      inverse[at + j] = value;
      inverse[row + n] = value;
    }
    inverse[at + n] = 1 / pivot;
  }

  /**
   * Removes the last rows until `size` are left.
   * @throws RangeError unless `size` is a whole number from 0 to the current size
   */
  truncate(size: number): void {
    if (!(Number.isInteger(size) && size >= 0 && size <= this.#size))
      throw new RangeError(`CholeskyFactor: size must be a whole number from 0 to ${this.#size}, not ${size}.`);
    this.#size = size;
  }

  /** Computes the inverse factor in n³/3 operations. {@link append} and {@link truncate} keep it up to date. */
  invert(): void {
    const stride = this.#capacity;
    if (this.#inverse === null) this.#inverse = new Float64Array(stride ** 2);
    const inverse = this.#inverse;
    invertTransposed(this.#lower, this.#size, stride, inverse);
    for (let i = 0; i < this.#size; i++)
      for (let j = 0; j < i; j++) inverse[i * stride + j] = inverse[j * stride + i] as number;
    this.#isInverted = true;
  }

  /** Drops the inverse factor, so that {@link append} does not extend it. Its memory is kept. */
  forgetInverse(): void {
    this.#isInverted = false;
  }

  /**
   * C -= A⁻¹ in the lower triangle of C, in n³/3 operations. Requires {@link invert}.
   *
   * @param c rows `stride` numbers apart, padded to a multiple of four rows; entries above the diagonal and after row `size` become
   *   arbitrary
   * @throws RangeError if the inverse factor was not computed
   */
  subtractInverse(c: Float64Array, stride: number): void {
    const { inverse } = this;
    if (inverse === null)
      throw new RangeError('CholeskyFactor: the inverse factor is missing. Call invert() before subtractInverse().');
    subtractUpperProduct(inverse, this.#size, this.#capacity, c, stride);
  }

  /** Solves A z = b in place. */
  solve(b: Float64Array, start = 0): void {
    this.solveLower(b, start);
    this.solveLowerTransposed(b, start);
  }

  /** Solves L z = b in place. */
  solveLower(b: Float64Array, start = 0): void {
    solveLower(this.#lower, this.#size, this.#capacity, b, start);
  }

  /** Solves L z = b in place for every row b of `rows`, `stride` numbers apart. */
  solveLowerRows(rows: Float64Array, count: number, stride: number = this.#size): void {
    solveLowerRows(this.#lower, this.#size, this.#capacity, rows, count, stride);
  }

  /** Solves Lᵀ z = b in place. */
  solveLowerTransposed(b: Float64Array, start = 0): void {
    solveLowerTransposed(this.#lower, this.#size, this.#capacity, b, start);
  }

  /** log |A| = 2 Σ log L_ii. */
  logDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += log(this.#lower[i * (this.#capacity + 1)] as number);
    return 2 * sum;
  }
}

function nextJitter(jitter: number, unit: number): number {
  return jitter === 0 ? firstJitter * unit : 10 * jitter;
}

/** Rounds up to whole blocks of four rows. */
function wholeBlocks(rows: number): number {
  return 4 * Math.ceil(Math.max(rows, 1) / 4);
}

function widened(matrix: Float64Array, stride: number, rows: number, wider: number): Float64Array {
  const copy = new Float64Array(wider ** 2);
  for (let i = 0; i < rows; i++) copy.set(matrix.subarray(i * stride, i * stride + rows), i * wider);
  return copy;
}
