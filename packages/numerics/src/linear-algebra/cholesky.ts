import { dot, mutualProducts, substitutePair, substituteSingle } from './row-kernels.ts';

/** Number of rows processed together. Sixteen rows of 1,000 columns fit into a cache of 128 KiB. */
const blockRows = 16;

/** Dot products of the rows of one diagonal block. */
const products = new Float64Array(10);

/**
 * Cholesky decomposition A = L Lᵀ of a symmetric positive definite matrix, in place: n³/3 operations, in blocks of four columns
 * (Golub & Van Loan, Matrix Computations, 4th ed., section 4.2). Reads and writes only the lower triangle.
 *
 * A pivot of at most n ε times its diagonal entry is treated as rounding error. It stops the decomposition, and so does NaN.
 *
 * @param a row-major, rows `stride` numbers apart
 * @param n number of rows and columns to decompose
 * @param stride at least n
 * @returns n, or the first row at which the matrix is not positive definite. The lower triangle then contains neither A nor L.
 *
 * @example
 * const a = Float64Array.of(4, 0, 2, 5);
 * choleskyInPlace(a, 2, 2); // 2; a: 2, 0, 1, 2
 */
export function choleskyInPlace(a: Float64Array, n: number, stride: number = n): number {
  const tolerance = n * Number.EPSILON;
  for (let start = 0; start < n; start += blockRows) {
    const end = Math.min(n, start + blockRows);
    for (let j = 0; j < end; j += 4) {
      if (j >= start) {
        const failed = factorDiagonalBlock(a, j, Math.min(4, n - j), stride, tolerance);
        if (failed >= 0) return failed;
      }
      let i = Math.max(start, j + 4);
      for (; i + 1 < end; i += 2) substitutePair(a, i * stride, (i + 1) * stride, a, j * stride, stride, 0, j);
      if (i < end) substituteSingle(a, i * stride, a, j * stride, stride, 0, j);
    }
  }
  return n;
}

/** Decomposes rows and columns j to j + width - 1, given the columns before them. Returns the row that failed, or -1. */
function factorDiagonalBlock(a: Float64Array, j: number, width: number, stride: number, tolerance: number): number {
  const first = j * stride;
  if (width === 4) mutualProducts(a, first, stride, j, products);
  else {
    for (let p = 0, at = 0; p < width; p++)
      for (let q = 0; q <= p; q++) products[at++] = dot(a, first + p * stride, a, first + q * stride, j);
  }
  for (let p = 0, at = 0; p < width; p++) {
    const row = first + p * stride + j;
    for (let q = 0; q < p; q++, at++) {
      const other = first + q * stride + j;
      let rest = (a[row + q] as number) - (products[at] as number);
      for (let k = 0; k < q; k++) rest -= (a[row + k] as number) * (a[other + k] as number);
      a[row + q] = rest / (a[other + q] as number);
    }
    const entry = a[row + p] as number;
    let pivot = entry - (products[at++] as number);
    for (let k = 0; k < p; k++) pivot -= (a[row + k] as number) ** 2;
    if (!(pivot > tolerance * entry && pivot < Number.POSITIVE_INFINITY)) return j + p;
    a[row + p] = Math.sqrt(pivot);
  }
  return -1;
}
