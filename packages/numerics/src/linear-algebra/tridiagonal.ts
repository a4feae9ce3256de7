/**
 * Reduces a symmetric matrix to tridiagonal form, A = Q T Qᵀ, by Householder reflections from the last row upwards. The part of row i left
 * of the diagonal is the vector to reflect, so that all inner loops run along rows of the lower triangle.
 *
 * @param a n × n, lower triangle; overwritten, row i with its reflector
 * @param diagonal receives the diagonal of T
 * @param offDiagonal receives the subdiagonal of T; entry i is between i - 1 and i, entry 0 is 0
 * @param transposed receives Qᵀ, n × n
 * @param work n numbers
 */
export function tridiagonalise(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  transposed: Float64Array,
  work: Float64Array,
): void {
  // diagonal[i] temporarily stores the factor 2 / vᵀv of reflector i.
  for (let i = n - 1; i > 0; i--) diagonal[i] = reflectRow(a, n, i, offDiagonal, work);
  if (n > 0) offDiagonal[0] = 0;
  accumulate(a, n, diagonal, transposed);
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i] as number;
}

/** Zeroes a[i][0..i-2] and applies the reflection to the leading i × i block. Returns 2 / vᵀv, or 0 without a reflection. */
function reflectRow(a: Float64Array, n: number, i: number, offDiagonal: Float64Array, p: Float64Array): number {
  const row = i * n;
  let scale = 0;
  for (let k = 0; k < i - 1; k++) scale = Math.max(scale, Math.abs(a[row + k] as number));
  const last = a[row + i - 1] as number;
  if (scale === 0) {
    offDiagonal[i] = last;
    return 0;
  }
  scale = Math.max(scale, Math.abs(last));
  let square = 0;
  for (let k = 0; k < i; k++) {
    const x = (a[row + k] as number) / scale;
    a[row + k] = x;
    square += x * x;
  }
  const pivot = last / scale;
  const length = pivot >= 0 ? -Math.sqrt(square) : Math.sqrt(square);
  offDiagonal[i] = length * scale;
  a[row + i - 1] = pivot - length;
  const beta = 1 / (square - pivot * length); // 2 / vᵀv
  // p = beta · A v in one pass over the triangle; w = p - (beta / 2)(pᵀv) v; A -= v wᵀ + w vᵀ
  for (let r = 0; r < i; r++) {
    const vr = a[row + r] as number;
    const base = r * n;
    let sum = 0;
    for (let k = 0; k < r; k++) {
      const entry = a[base + k] as number;
      sum += entry * (a[row + k] as number);
      p[k] = (p[k] as number) + entry * vr;
    }
    p[r] = sum + (a[base + r] as number) * vr;
  }
  let dot = 0;
  for (let r = 0; r < i; r++) dot += (p[r] as number) * (a[row + r] as number);
  const half = 0.5 * beta * beta * dot;
  for (let r = 0; r < i; r++) p[r] = beta * (p[r] as number) - half * (a[row + r] as number);
  for (let r = 0; r < i; r++) {
    const base = r * n;
    const vr = a[row + r] as number;
    const wr = p[r] as number;
    for (let k = 0; k <= r; k++)
      a[base + k] = (a[base + k] as number) - vr * (p[k] as number) - wr * (a[row + k] as number);
  }
  return beta;
}

/** Qᵀ = H_1 H_2 … H_{n-1}: reflector i acts on the first i coordinates, so the product grows row by row. */
function accumulate(a: Float64Array, n: number, beta: Float64Array, q: Float64Array): void {
  q.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let i = 1; i < n; i++) {
    const factor = beta[i] as number;
    if (factor === 0) continue;
    const v = i * n;
    for (let r = 0; r < i; r++) {
      const base = r * n;
      let dot = 0;
      for (let k = 0; k < i; k++) dot += (q[base + k] as number) * (a[v + k] as number);
      dot *= factor;
      for (let k = 0; k < i; k++) q[base + k] = (q[base + k] as number) - dot * (a[v + k] as number);
    }
  }
}
