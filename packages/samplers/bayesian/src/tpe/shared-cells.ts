import type { KernelProblem } from '@asktell/numerics';

/** Assignment of points to shared table rows. Points in the same cell of an axis share a row. */
export interface SharedCells {
  /** By point, then axis: the index of the first point in the same cell. */
  readonly first: Int32Array;
  /** Total number of distinct cells, summed over the axes. */
  readonly rows: number;
}

/**
 * Finds the points that share cells.
 * @param codes points, row by row, `d` codes each
 * @param axes indices of the axes with cells
 * @param count number of points
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
 * Fills the rows of a problem, one per distinct cell.
 * @param fill writes the row of a cell on the `k`-th of the axes, starting at index `at`
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
