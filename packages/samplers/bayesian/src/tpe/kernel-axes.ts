import type { KernelProblem, KernelSums } from '@asktell/numerics';
import type { Axis } from './axis.ts';
import { fillRows, sharedCells } from './shared-cells.ts';

/** Writes the factors of all kernels for a cell on the `k`-th celled axis into the rows of a problem, from `at` on. */
export type FillRow = (problem: KernelProblem, k: number, cell: number, at: number) => void;

/**
 * How the axes of a Parzen estimator enter its kernel sums. Along smooth axes a kernel is normal. On all others its factor
 * is looked up by the cell of the point.
 */
export class KernelAxes {
  /** How many axes there are. */
  readonly size: number;
  readonly smooth: readonly number[];
  readonly celled: readonly number[];
  /** Most rows that a problem has needed. A problem of the same shape is not laid out again. */
  #rows = 0;

  constructor(axes: readonly Axis[]) {
    this.size = axes.length;
    this.smooth = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [j] : []));
    this.celled = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [] : [j]));
  }

  /**
   * A problem with its rows filled. Set its kernels and its coordinates, then sum.
   * @param capacity kernels there is room for
   * @param codes points, one after the other
   */
  prepare(sums: KernelSums, capacity: number, codes: Float64Array, points: number, fillRow: FillRow): KernelProblem {
    const { size, smooth, celled } = this;
    const sharing = sharedCells(codes, size, celled, points);
    this.#rows = Math.max(this.#rows, sharing.rows);
    const problem = sums.prepare({
      capacity,
      axes: smooth.length,
      lookups: celled.length,
      rows: this.#rows,
      points,
    });
    fillRows(problem, sharing, codes, size, celled, (k, cell, at) => fillRow(problem, k, cell, at));
    return problem;
  }

  /** Sets the coordinates of the points: their codes on the smooth axes, less `origin`, times `scale`. */
  setCoordinates({ coordinates, points }: KernelProblem, codes: Float64Array, origin: number, scale: number): void {
    const { size, smooth } = this;
    for (let c = 0; c < points; c++)
      for (let k = 0; k < smooth.length; k++)
        coordinates[c * smooth.length + k] = ((codes[c * size + (smooth[k] as number)] as number) - origin) * scale;
  }
}

/** A capacity with room for `needed` kernels, a multiple of what a vector holds. */
export function grownCapacity(needed: number, old: number): number {
  return Math.ceil(Math.max(needed, old * 1.5, 32) / 4) * 4;
}

/** Copies `columns` columns of `old` rows each into an array whose columns have `capacity` rows. */
export function spreadColumns<T extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  from: T,
  to: T,
  columns: number,
  old: number,
  capacity: number,
): T {
  for (let k = 0; k < columns; k++) to.set(from.subarray(k * old, (k + 1) * old), k * capacity);
  return to;
}
