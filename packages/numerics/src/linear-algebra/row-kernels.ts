/*
 * The inner loops of the dense linear algebra: dot products of several rows at once, so that loaded numbers are used more than once.
 * With two rows by four, the eight sums and the loaded numbers fit into the sixteen registers of x86-64. With four by four they do not.
 * Matrices are row-major with a stride. Rows are given by the index of their first entry. `| 0` avoids overflow checks.
 */

/**
 * One step of forward substitution L z = x for two right-hand sides. Replaces the entries `to` to `to + 3` by those of the solution. The
 * entries `from` to `to - 1` must already be replaced, and those before `from` must be zero.
 *
 * @param x buffer of both right-hand sides, which start at `x0` and `x1`
 * @param l buffer of the lower triangle; its row `to` begins at `l0`
 */
export function substitutePair(
  x: Float64Array,
  x0: number,
  x1: number,
  l: Float64Array,
  l0: number,
  stride: number,
  from: number,
  to: number,
): void {
  const l1 = (l0 + stride) | 0;
  const l2 = (l1 + stride) | 0;
  const l3 = (l2 + stride) | 0;
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  for (let k = from; k < to; k++) {
    const p = x[(x0 + k) | 0] as number;
    const q = x[(x1 + k) | 0] as number;
    const a0 = l[(l0 + k) | 0] as number;
    p0 += p * a0;
    q0 += q * a0;
    const a1 = l[(l1 + k) | 0] as number;
    p1 += p * a1;
    q1 += q * a1;
    const a2 = l[(l2 + k) | 0] as number;
    p2 += p * a2;
    q2 += q * a2;
    const a3 = l[(l3 + k) | 0] as number;
    p3 += p * a3;
    q3 += q * a3;
  }
  const d0 = 1 / (l[l0 + to] as number);
  const c10 = l[l1 + to] as number;
  const d1 = 1 / (l[l1 + to + 1] as number);
  const c20 = l[l2 + to] as number;
  const c21 = l[l2 + to + 1] as number;
  const d2 = 1 / (l[l2 + to + 2] as number);
  const c30 = l[l3 + to] as number;
  const c31 = l[l3 + to + 1] as number;
  const c32 = l[l3 + to + 2] as number;
  const d3 = 1 / (l[l3 + to + 3] as number);
  const s = x0 + to;
  const t = x1 + to;
  p0 = ((x[s] as number) - p0) * d0;
  q0 = ((x[t] as number) - q0) * d0;
  p1 = ((x[s + 1] as number) - p1 - c10 * p0) * d1;
  q1 = ((x[t + 1] as number) - q1 - c10 * q0) * d1;
  p2 = ((x[s + 2] as number) - p2 - c20 * p0 - c21 * p1) * d2;
  q2 = ((x[t + 2] as number) - q2 - c20 * q0 - c21 * q1) * d2;
  x[s] = p0;
  x[s + 1] = p1;
  x[s + 2] = p2;
  x[s + 3] = ((x[s + 3] as number) - p3 - c30 * p0 - c31 * p1 - c32 * p2) * d3;
  x[t] = q0;
  x[t + 1] = q1;
  x[t + 2] = q2;
  x[t + 3] = ((x[t + 3] as number) - q3 - c30 * q0 - c31 * q1 - c32 * q2) * d3;
}

/** {@link substitutePair} for one right-hand side. */
export function substituteSingle(
  x: Float64Array,
  x0: number,
  l: Float64Array,
  l0: number,
  stride: number,
  from: number,
  to: number,
): void {
  const l1 = (l0 + stride) | 0;
  const l2 = (l1 + stride) | 0;
  const l3 = (l2 + stride) | 0;
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  for (let k = from; k < to; k++) {
    const p = x[(x0 + k) | 0] as number;
    p0 += p * (l[(l0 + k) | 0] as number);
    p1 += p * (l[(l1 + k) | 0] as number);
    p2 += p * (l[(l2 + k) | 0] as number);
    p3 += p * (l[(l3 + k) | 0] as number);
  }
  const s = x0 + to;
  p0 = ((x[s] as number) - p0) * (1 / (l[l0 + to] as number));
  p1 = ((x[s + 1] as number) - p1 - (l[l1 + to] as number) * p0) * (1 / (l[l1 + to + 1] as number));
  p2 =
    ((x[s + 2] as number) - p2 - (l[l2 + to] as number) * p0 - (l[l2 + to + 1] as number) * p1) *
    (1 / (l[l2 + to + 2] as number));
  p3 =
    ((x[s + 3] as number) -
      p3 -
      (l[l3 + to] as number) * p0 -
      (l[l3 + to + 1] as number) * p1 -
      (l[l3 + to + 2] as number) * p2) *
    (1 / (l[l3 + to + 3] as number));
  x[s] = p0;
  x[s + 1] = p1;
  x[s + 2] = p2;
  x[s + 3] = p3;
}

/** C -= A Bᵀ for two rows of A and four of B, over the columns `from` to `to - 1`. */
export function subtractProducts(
  c: Float64Array,
  c0: number,
  c1: number,
  a: Float64Array,
  a0: number,
  a1: number,
  b0: number,
  stride: number,
  from: number,
  to: number,
): void {
  const b1 = (b0 + stride) | 0;
  const b2 = (b1 + stride) | 0;
  const b3 = (b2 + stride) | 0;
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  for (let k = from; k < to; k++) {
    const p = a[(a0 + k) | 0] as number;
    const q = a[(a1 + k) | 0] as number;
    const y0 = a[(b0 + k) | 0] as number;
    p0 += p * y0;
    q0 += q * y0;
    const y1 = a[(b1 + k) | 0] as number;
    p1 += p * y1;
    q1 += q * y1;
    const y2 = a[(b2 + k) | 0] as number;
    p2 += p * y2;
    q2 += q * y2;
    const y3 = a[(b3 + k) | 0] as number;
    p3 += p * y3;
    q3 += q * y3;
  }
  c[c0] = (c[c0] as number) - p0;
  c[c0 + 1] = (c[c0 + 1] as number) - p1;
  c[c0 + 2] = (c[c0 + 2] as number) - p2;
  c[c0 + 3] = (c[c0 + 3] as number) - p3;
  c[c1] = (c[c1] as number) - q0;
  c[c1 + 1] = (c[c1 + 1] as number) - q1;
  c[c1 + 2] = (c[c1 + 2] as number) - q2;
  c[c1 + 3] = (c[c1 + 3] as number) - q3;
}

/**
 * Dot products of four rows with each other over the columns 0 to `length` - 1.
 * @param out receives the lower triangle of the 4 × 4 products, row by row: ten numbers
 */
export function mutualProducts(a: Float64Array, a0: number, stride: number, length: number, out: Float64Array): void {
  const a1 = (a0 + stride) | 0;
  const a2 = (a1 + stride) | 0;
  const a3 = (a2 + stride) | 0;
  let s00 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let k = 0; k < length; k++) {
    const x0 = a[(a0 + k) | 0] as number;
    const x1 = a[(a1 + k) | 0] as number;
    s00 += x0 * x0;
    s10 += x1 * x0;
    s11 += x1 * x1;
    const x2 = a[(a2 + k) | 0] as number;
    s20 += x2 * x0;
    s21 += x2 * x1;
    s22 += x2 * x2;
    const x3 = a[(a3 + k) | 0] as number;
    s30 += x3 * x0;
    s31 += x3 * x1;
    s32 += x3 * x2;
    s33 += x3 * x3;
  }
  out[0] = s00;
  out[1] = s10;
  out[2] = s11;
  out[3] = s20;
  out[4] = s21;
  out[5] = s22;
  out[6] = s30;
  out[7] = s31;
  out[8] = s32;
  out[9] = s33;
}

/** Σ a[a0 + k] b[b0 + k] for k = 0 to `length` - 1. */
export function dot(a: Float64Array, a0: number, b: Float64Array, b0: number, length: number): number {
  let even = 0;
  let odd = 0;
  let k = 0;
  for (; k + 1 < length; k += 2) {
    even += (a[(a0 + k) | 0] as number) * (b[(b0 + k) | 0] as number);
    odd += (a[(a0 + k + 1) | 0] as number) * (b[(b0 + k + 1) | 0] as number);
  }
  if (k < length) even += (a[a0 + k] as number) * (b[b0 + k] as number);
  return even + odd;
}

/** y -= Σ_q factors[q] · (row q of `a`) for four rows, over the columns 0 to `length` - 1. */
export function subtractRows(
  y: Float64Array,
  y0: number,
  a: Float64Array,
  a0: number,
  stride: number,
  length: number,
  f0: number,
  f1: number,
  f2: number,
  f3: number,
): void {
  const a1 = (a0 + stride) | 0;
  const a2 = (a1 + stride) | 0;
  const a3 = (a2 + stride) | 0;
  for (let k = 0; k < length; k++) {
    const i = (y0 + k) | 0;
    y[i] =
      (y[i] as number) -
      (f0 * (a[(a0 + k) | 0] as number) + f1 * (a[(a1 + k) | 0] as number)) -
      (f2 * (a[(a2 + k) | 0] as number) + f3 * (a[(a3 + k) | 0] as number));
  }
}
