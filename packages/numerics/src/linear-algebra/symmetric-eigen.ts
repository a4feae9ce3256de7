import { exponentOf, powerOfTwo } from '../elementary/powers-of-two.ts';
import { tridiagonalise } from './tridiagonal.ts';

/** Maximum number of QL sweeps per eigenvalue. Two or three are usual. */
const maxSweeps = 60;

/**
 * Eigendecomposition of symmetric n × n matrices, A = Σ_k values[k] · v_k v_kᵀ: Householder tridiagonalisation, then QL with
 * implicit Wilkinson shifts (Golub & Van Loan, Matrix Computations, 4th ed., algorithms 8.3.1 and 8.3.3), about 9 n³ operations.
 * Working memory is allocated once, in the constructor.
 *
 * Matrices are flat and row-major. Eigenvectors are *rows* of `vectors`, so that products with them access contiguous memory.
 *
 * @example
 * const values = new Float64Array(2);
 * const vectors = new Float64Array(4);
 * new SymmetricEigen(2).decompose(Float64Array.of(2, 1, 1, 2), values, vectors); // values: 1, 3
 */
export class SymmetricEigen {
  readonly n: number;
  readonly #reflectors: Float64Array;
  readonly #offDiagonal: Float64Array;
  readonly #row: Float64Array;
  readonly #rotations: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.#reflectors = new Float64Array(n * n);
    this.#offDiagonal = new Float64Array(n);
    this.#row = new Float64Array(n);
    this.#rotations = new Float64Array(2 * n);
  }

  /**
   * Decomposes a matrix. Reads only the lower triangle of `a` (n × n) and does not modify it.
   * @param values receives the n eigenvalues in ascending order
   * @param vectors receives the orthonormal eigenvectors (n × n); row k belongs to `values[k]`
   * @returns whether the iteration converged, which it does if all entries are finite
   */
  decompose(a: Float64Array, values: Float64Array, vectors: Float64Array): boolean {
    const { n } = this;
    const scale = this.#load(a);
    if (!Number.isFinite(scale)) return false;
    tridiagonalise(this.#reflectors, n, values, this.#offDiagonal, vectors, this.#row);
    // QL rotates columns of Q. The caller gets eigenvectors in rows.
    transpose(vectors, n);
    if (!diagonalise(values, this.#offDiagonal, vectors, n, this.#rotations)) return false;
    transpose(vectors, n);
    sortRows(values, vectors, n);
    if (scale !== 1) for (let k = 0; k < n; k++) values[k] = (values[k] as number) * scale;
    return true;
  }

  /**
   * Copies the lower triangle, divided by a power of two if squares of its entries could overflow or underflow.
   * @returns the divisor, or NaN if an entry is not finite
   */
  #load(a: Float64Array): number {
    const { n } = this;
    let most = 0;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let k = i * n; k <= i * n + i; k++) {
        const size = Math.abs(a[k] as number);
        if (size > most) most = size;
        sum += size;
      }
    }
    if (!(most < Number.POSITIVE_INFINITY) || Number.isNaN(sum)) return Number.NaN;
    const scale = most === 0 || (most > 1e-20 && most < 1e20) ? 1 : powerOfTwo(exponentOf(most));
    for (let i = 0; i < n; i++) for (let k = i * n; k <= i * n + i; k++) this.#reflectors[k] = (a[k] as number) / scale;
    return scale;
  }
}

/**
 * QL iteration with implicit shifts for the tridiagonal matrix with diagonal `d` and subdiagonal `e`, where e[i] is between i - 1 and i.
 * Multiplies `q` by the eigenvectors from the right.
 */
function diagonalise(d: Float64Array, e: Float64Array, q: Float64Array, n: number, rotations: Float64Array): boolean {
  e.copyWithin(0, 1, n); // from here on e[i] is between i and i + 1
  if (n > 0) e[n - 1] = 0;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i] as number) + Math.abs(e[i] as number));
  // Between zero diagonal entries no relative test applies, but squares of tiny entries underflow.
  const floor = norm * 1e-120;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstSplit(d, e, l, n, floor);
      if (m === l) break;
      if (sweep === maxSweeps) return false;
      sweepBlock(d, e, q, n, l, m, rotations);
    }
    if (!Number.isFinite(d[l])) return false;
  }
  return true;
}

/** The end of the unreduced block that starts at l: the first m with a negligible subdiagonal entry. */
function firstSplit(d: Float64Array, e: Float64Array, l: number, n: number, floor: number): number {
  let m = l;
  while (m < n - 1) {
    const size = Math.abs(d[m] as number) + Math.abs(d[m + 1] as number);
    if (Math.abs(e[m] as number) <= Number.EPSILON * 0.5 * size + floor) break;
    m++;
  }
  return m;
}

/**
 * One QL sweep over the block l..m. The shift is the eigenvalue of the leading 2 × 2 block nearest to d[l]. The rotations of the sweep are
 * collected in `rotations` (cosine and sine for columns i and i + 1) and then applied to Q in one pass.
 */
function sweepBlock(
  d: Float64Array,
  e: Float64Array,
  q: Float64Array,
  n: number,
  l: number,
  m: number,
  rotations: Float64Array,
): void {
  const el = e[l] as number;
  const half = ((d[l + 1] as number) - (d[l] as number)) / (2 * el);
  const root = Math.sqrt(half * half + 1);
  let g = (d[m] as number) - (d[l] as number) + el / (half + (half >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let p = 0;
  let i = m - 1;
  for (; i >= l; i--) {
    const ei = e[i] as number;
    const f = s * ei;
    const b = c * ei;
    const square = f * f + g * g;
    // Squares of tiny numbers lose digits, and the result would not be a rotation.
    const unit = square > 1e-280 ? 1 : Math.max(Math.abs(f), Math.abs(g));
    if (unit === 0) {
      e[i + 1] = 0;
      break; // the block has split, and the next sweep continues with the rest
    }
    const r = unit === 1 ? Math.sqrt(square) : Math.sqrt((f / unit) ** 2 + (g / unit) ** 2);
    e[i + 1] = r * unit;
    s = f / unit / r;
    c = g / unit / r;
    const shifted = (d[i + 1] as number) - p;
    const t = ((d[i] as number) - shifted) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = shifted + p;
    g = c * t - b;
    rotations[2 * i] = c;
    rotations[2 * i + 1] = s;
  }
  if (i >= l) d[i + 1] = (d[i + 1] as number) - p;
  else {
    d[l] = (d[l] as number) - p;
    e[l] = g;
  }
  e[m] = 0;
  rotateColumns(q, n, i + 1, m, rotations);
}

/**
 * Applies the rotations of columns i and i + 1, for i = m - 1 down to `from`, to every row of q. Four rows are processed together, because
 * in a single row each step depends on the result of the previous one.
 */
function rotateColumns(q: Float64Array, n: number, from: number, m: number, rotations: Float64Array): void {
  let row = 0;
  for (; row + 3 < n; row += 4) {
    const r0 = row * n;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    let h0 = q[r0 + m] as number;
    let h1 = q[r1 + m] as number;
    let h2 = q[r2 + m] as number;
    let h3 = q[r3 + m] as number;
    for (let i = m - 1; i >= from; i--) {
      const c = rotations[2 * i] as number;
      const s = rotations[2 * i + 1] as number;
      const a0 = q[r0 + i] as number;
      const a1 = q[r1 + i] as number;
      const a2 = q[r2 + i] as number;
      const a3 = q[r3 + i] as number;
      q[r0 + i + 1] = s * a0 + c * h0;
      q[r1 + i + 1] = s * a1 + c * h1;
      q[r2 + i + 1] = s * a2 + c * h2;
      q[r3 + i + 1] = s * a3 + c * h3;
      h0 = c * a0 - s * h0;
      h1 = c * a1 - s * h1;
      h2 = c * a2 - s * h2;
      h3 = c * a3 - s * h3;
    }
    q[r0 + from] = h0;
    q[r1 + from] = h1;
    q[r2 + from] = h2;
    q[r3 + from] = h3;
  }
  for (; row < n; row++) {
    const base = row * n;
    let h = q[base + m] as number;
    for (let i = m - 1; i >= from; i--) {
      const c = rotations[2 * i] as number;
      const s = rotations[2 * i + 1] as number;
      const a = q[base + i] as number;
      q[base + i + 1] = s * a + c * h;
      h = c * a - s * h;
    }
    q[base + from] = h;
  }
}

/** Transposes a square matrix in place. */
function transpose(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const swapped = a[i * n + j] as number;
      a[i * n + j] = a[j * n + i] as number;
      a[j * n + i] = swapped;
    }
  }
}

/** Sorts by eigenvalue. Selection sort needs at most n exchanges of rows. */
function sortRows(values: Float64Array, vectors: Float64Array, n: number): void {
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let k = i + 1; k < n; k++) if ((values[k] as number) < (values[least] as number)) least = k;
    if (least === i) continue;
    const value = values[i] as number;
    values[i] = values[least] as number;
    values[least] = value;
    for (let k = 0; k < n; k++) {
      const swapped = vectors[i * n + k] as number;
      vectors[i * n + k] = vectors[least * n + k] as number;
      vectors[least * n + k] = swapped;
    }
  }
}
