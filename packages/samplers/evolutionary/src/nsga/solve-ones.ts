/**
 * Solves A x = (1, …, 1) by Gaussian elimination with partial pivoting.
 * @param a m × m, row-major; overwritten
 * @returns x, or `null` if A is numerically singular
 */
export function solveOnes(a: Float64Array, m: number): Float64Array | null {
  const x = new Float64Array(m).fill(1);
  let scale = 0;
  for (const value of a) scale = Math.max(scale, Math.abs(value));
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) {
      if (Math.abs(a[i * m + k] as number) > Math.abs(a[pivot * m + k] as number)) pivot = i;
    }
    if (!(Math.abs(a[pivot * m + k] as number) > scale * 1e-12)) return null;
    swapRows(a, x, m, k, pivot);
    for (let i = k + 1; i < m; i++) {
      const factor = (a[i * m + k] as number) / (a[k * m + k] as number);
      for (let j = k; j < m; j++) a[i * m + j] = (a[i * m + j] as number) - factor * (a[k * m + j] as number);
      x[i] = (x[i] as number) - factor * (x[k] as number);
    }
  }
  for (let i = m - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let j = i + 1; j < m; j++) sum -= (a[i * m + j] as number) * (x[j] as number);
    x[i] = sum / (a[i * m + i] as number);
  }
  return x;
}

function swapRows(a: Float64Array, x: Float64Array, m: number, i: number, j: number): void {
  if (i === j) return;
  const row = a.slice(i * m, (i + 1) * m);
  a.copyWithin(i * m, j * m, (j + 1) * m);
  a.set(row, j * m);
  [x[i], x[j]] = [x[j] as number, x[i] as number];
}
