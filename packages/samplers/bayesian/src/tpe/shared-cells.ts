import type { KernelProblem } from '@asktell/numerics';

/** Points in the same cell share what is looked up for it. */
export interface SharedCells {
  /** By point, then axis: the first point in the same cell. */
  readonly first: Int32Array;
  /** How many different cells there are in all. */
  readonly rows: number;
}

/**
 * @param codes points of `d` codes, one after the other
 * @param axes the axes with cells
 */
export function sharedCells(codes: Float64Array, d: number, axes: readonly number[], count: number): SharedCells {
  const first = new Int32Array(count * axes.length);
  let rows = 0;
  for (let k = 0; k < axes.length; k++) {
    const j = axes[k] as number;
    for (let c = 0; c < count; c++) {
      let earlier = 0;
      while (codes[earlier * d + j] !== codes[c * d + j]) earlier++;
      first[c * axes.length + k] = earlier;
      if (earlier === c) rows++;
    }
  }
  return { first, rows };
}

/**
 * Fills the rows of a problem, one for each cell that a point is in.
 * @param fill writes the row of a cell on the `k`-th of the axes, from `at` on
 */
export function fillRows(
  { rowStarts, stride, points }: KernelProblem,
  { first }: SharedCells,
  codes: Float64Array,
  d: number,
  axes: readonly number[],
  fill: (k: number, cell: number, at: number) => void,
): void {
  let row = 0;
  for (let k = 0; k < axes.length; k++) {
    for (let c = 0; c < points; c++) {
      const at = c * axes.length + k;
      const earlier = first[at] as number;
      if (earlier === c) {
        rowStarts[at] = row++ * stride;
        fill(k, codes[c * d + (axes[k] as number)] as number, rowStarts[at] as number);
      } else rowStarts[at] = rowStarts[earlier * axes.length + k] as number;
    }
  }
}
