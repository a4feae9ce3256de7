import type { PointColumns } from './points.ts';

/*
 * The loops over points for a kernel with one weight per column. The first `numeric` columns are numbers, whose distance is their
 * difference. The others are codes of categories, whose distance is 0 or 1. Numeric columns are processed four at a time, which reduces
 * memory traffic.
 */

/** Writes the squared distances Σ_j w_j d_j² of x to the first `count` points to `out`, starting at index `outStart`. */
export function squaredDistances(
  points: PointColumns,
  count: number,
  numeric: number,
  weights: Float64Array,
  x: Float64Array,
  xStart: number,
  out: Float64Array,
  outStart: number,
): void {
  const { values, stride, columns } = points;
  out.fill(0, outStart, outStart + count);
  let j = 0;
  for (; j + 3 < numeric; j += 4) addFourColumns(values, stride, count, j, weights, x, xStart, out, outStart);
  for (; j < numeric; j++) {
    const w = weights[j] as number;
    const xj = x[xStart + j] as number;
    const column = j * stride;
    for (let i = 0; i < count; i++) {
      const d = xj - (values[(column + i) | 0] as number);
      const at = (outStart + i) | 0;
      out[at] = (out[at] as number) + w * d * d;
    }
  }
  for (; j < columns; j++) {
    const w = weights[j] as number;
    const code = x[xStart + j] as number;
    const column = j * stride;
    for (let i = 0; i < count; i++)
      if (values[column + i] !== code) out[outStart + i] = (out[outStart + i] as number) + w;
  }
}

function addFourColumns(
  values: Float64Array,
  stride: number,
  count: number,
  j: number,
  weights: Float64Array,
  x: Float64Array,
  xStart: number,
  out: Float64Array,
  outStart: number,
): void {
  const c0 = (j * stride) | 0;
  const c1 = (c0 + stride) | 0;
  const c2 = (c1 + stride) | 0;
  const c3 = (c2 + stride) | 0;
  const w0 = weights[j] as number;
  const w1 = weights[j + 1] as number;
  const w2 = weights[j + 2] as number;
  const w3 = weights[j + 3] as number;
  const x0 = x[xStart + j] as number;
  const x1 = x[xStart + j + 1] as number;
  const x2 = x[xStart + j + 2] as number;
  const x3 = x[xStart + j + 3] as number;
  for (let i = 0; i < count; i++) {
    const d0 = x0 - (values[(c0 + i) | 0] as number);
    const d1 = x1 - (values[(c1 + i) | 0] as number);
    const d2 = x2 - (values[(c2 + i) | 0] as number);
    const d3 = x3 - (values[(c3 + i) | 0] as number);
    const at = (outStart + i) | 0;
    out[at] = (out[at] as number) + (w0 * d0 * d0 + w1 * d1 * d1) + (w2 * d2 * d2 + w3 * d3 * d3);
  }
}

/**
 * Adds Σ_{i>k} h_ik d_j(x_i, x_k)² to `sums[j]` for every column j.
 *
 * @param h strictly lower triangle, rows `hStride` numbers apart
 */
export function addSquaredDifferences(
  points: PointColumns,
  numeric: number,
  h: Float64Array,
  hStride: number,
  sums: Float64Array,
): void {
  const { values, stride, columns, size } = points;
  let j = 0;
  for (; j + 3 < numeric; j += 4)
    for (let i = 1; i < size; i++) addFourDifferences(values, stride, i, j, h, i * hStride, sums);
  for (; j < numeric; j++) {
    const column = j * stride;
    let sum = 0;
    for (let i = 1; i < size; i++) {
      const xi = values[column + i] as number;
      const row = i * hStride;
      for (let k = 0; k < i; k++) {
        const d = xi - (values[(column + k) | 0] as number);
        sum += (h[(row + k) | 0] as number) * d * d;
      }
    }
    sums[j] = (sums[j] as number) + sum;
  }
  for (; j < columns; j++) {
    const column = j * stride;
    let sum = 0;
    for (let i = 1; i < size; i++) {
      const code = values[column + i];
      const row = i * hStride;
      for (let k = 0; k < i; k++) if (values[column + k] !== code) sum += h[row + k] as number;
    }
    sums[j] = (sums[j] as number) + sum;
  }
}

/** Adds the terms of point i and the points before it. */
function addFourDifferences(
  values: Float64Array,
  stride: number,
  i: number,
  j: number,
  h: Float64Array,
  row: number,
  sums: Float64Array,
): void {
  const c0 = (j * stride) | 0;
  const c1 = (c0 + stride) | 0;
  const c2 = (c1 + stride) | 0;
  const c3 = (c2 + stride) | 0;
  const x0 = values[c0 + i] as number;
  const x1 = values[c1 + i] as number;
  const x2 = values[c2 + i] as number;
  const x3 = values[c3 + i] as number;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < i; k++) {
    const factor = h[(row + k) | 0] as number;
    const d0 = x0 - (values[(c0 + k) | 0] as number);
    s0 += factor * d0 * d0;
    const d1 = x1 - (values[(c1 + k) | 0] as number);
    s1 += factor * d1 * d1;
    const d2 = x2 - (values[(c2 + k) | 0] as number);
    s2 += factor * d2 * d2;
    const d3 = x3 - (values[(c3 + k) | 0] as number);
    s3 += factor * d3 * d3;
  }
  sums[j] = (sums[j] as number) + s0;
  sums[j + 1] = (sums[j + 1] as number) + s1;
  sums[j + 2] = (sums[j + 2] as number) + s2;
  sums[j + 3] = (sums[j + 3] as number) + s3;
}
