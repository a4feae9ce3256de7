/**
 * Rows of a flat matrix in ascending lexicographic order. Equal rows are ordered by index.
 *
 * Infinite values are allowed. NaN is not allowed.
 *
 * @param points n × m, row-major
 * @returns row indices, length n
 */
export function lexicographicOrder(points: Float64Array, n: number, m: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (m === 2) return order.sort((a, b) => comparePairs(points, a, b));
  return order.sort((a, b) => compareRows(points, m, a, b));
}

function comparePairs(points: Float64Array, a: number, b: number): number {
  const x = points[2 * a] as number;
  const y = points[2 * b] as number;
  if (x !== y) return x < y ? -1 : 1;
  const u = points[2 * a + 1] as number;
  const v = points[2 * b + 1] as number;
  if (u !== v) return u < v ? -1 : 1;
  return a - b;
}

function compareRows(points: Float64Array, m: number, a: number, b: number): number {
  for (let i = 0; i < m; i++) {
    const x = points[a * m + i] as number;
    const y = points[b * m + i] as number;
    if (x !== y) return x < y ? -1 : 1;
  }
  return a - b;
}
