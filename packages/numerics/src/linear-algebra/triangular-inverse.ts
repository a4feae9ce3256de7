import { mutualProducts, substitutePair, subtractProducts } from './row-kernels.ts';

/** Number of rows processed together, so that they stay in the cache. */
const blockRows = 16;

const products = new Float64Array(10);

/**
 * Computes L⁻ᵀ, the transposed inverse of a lower triangle, in n³/3 operations. Its rows are forward substitutions of the unit vectors,
 * starting at their block of four columns. In the diagonal blocks zeros are written below the diagonal.
 *
 * @param l lower triangle, padded to whole blocks of four rows; the padding is overwritten with rows of the identity
 * @param out receives the upper triangle; same stride and padding as `l`
 */
export function invertTransposed(l: Float64Array, n: number, stride: number, out: Float64Array): void {
  const padded = (n + 3) & ~3;
  for (let i = n; i < padded; i++) {
    l.fill(0, i * stride, i * stride + i);
    l[i * stride + i] = 1;
  }
  for (let i = 0; i < padded; i++) {
    out.fill(0, i * stride + (i & ~3), i * stride + padded);
    out[i * stride + i] = 1;
  }
  for (let start = 0; start < padded; start += blockRows) {
    const end = Math.min(padded, start + blockRows);
    for (let j = start; j < padded; j += 4) {
      const last = Math.min(end, j + 4);
      for (let i = start; i < last; i += 2)
        substitutePair(out, i * stride, (i + 1) * stride, l, j * stride, stride, i & ~3, j);
    }
  }
}

/**
 * C -= U Uᵀ for an upper triangle U, in the lower triangle of C, in n³/3 operations. With U = L⁻ᵀ this subtracts the inverse of L Lᵀ.
 *
 * @param u upper triangle, padded to whole blocks of four rows
 * @param c rows `cStride` numbers apart, padded to whole blocks of four rows; entries above the diagonal and after row n become arbitrary
 */
export function subtractUpperProduct(
  u: Float64Array,
  n: number,
  stride: number,
  c: Float64Array,
  cStride: number,
): void {
  for (let start = 0; start < n; start += blockRows) {
    const end = Math.min(n, start + blockRows);
    for (let j = 0; j < end; j += 4) {
      for (let i = Math.max(start, j + 4); i < end; i += 2) {
        const c0 = i * cStride + j;
        const u0 = i * stride;
        const b0 = j * stride;
        subtractProducts(c, c0, c0 + cStride, u, u0, u0 + stride, b0, stride, i + 1, n);
        // The first of the two rows starts one column earlier.
        const first = u[u0 + i] as number;
        for (let q = 0; q < 4; q++) c[c0 + q] = (c[c0 + q] as number) - first * (u[b0 + q * stride + i] as number);
      }
      if (j >= start) subtractDiagonalBlock(u, n, stride, c, cStride, j);
    }
  }
}

/** Rows and columns j to j + 3. */
function subtractDiagonalBlock(
  u: Float64Array,
  n: number,
  stride: number,
  c: Float64Array,
  cStride: number,
  j: number,
): void {
  const end = Math.min(n, j + 4);
  mutualProducts(u, j * stride + end, stride, n - end, products);
  for (let p = j, at = 0; p < end; p++) {
    for (let q = j; q <= p; q++) {
      let sum = products[at++] as number;
      for (let k = p; k < end; k++) sum += (u[p * stride + k] as number) * (u[q * stride + k] as number);
      c[p * cStride + q] = (c[p * cStride + q] as number) - sum;
    }
  }
}
