import type { KernelProblem, KernelSums } from '@asktell/numerics';
import type { Axis } from './axis.ts';
import { fillRows, sharedCells } from './shared-cells.ts';

/** Writes the log-factors of all kernels for a cell on the `k`-th celled axis into the rows of a problem, starting at index `at`. */
export type FillRow = (problem: KernelProblem, k: number, cell: number, at: number) => void;

/**
 * Maps the axes of a Parzen estimator to the arrays of its kernel sums. Along smooth axes a kernel is normal. On celled axes its
 * factor is looked up by the cell of the point.
 */
export class KernelAxes {
  /** Number of axes. */
  readonly size: number;
  /** Indices of the smooth axes. */
  readonly smooth: readonly number[];
  /** Indices of all other axes. */
  readonly celled: readonly number[];
  /** Largest number of rows used so far. It only grows, because a problem of unchanged shape is reused. */
  #rows = 0;

  constructor(axes: readonly Axis[]) {
    this.size = axes.length;
    this.smooth = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [j] : []));
    this.celled = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [] : [j]));
  }

  /**
   * Prepares a problem and fills its rows. The caller sets the kernels and the coordinates before it sums.
   * @param capacity in kernels
   * @param codes points, row by row
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

  /** Sets the coordinates of the points: their codes on the smooth axes minus `origin`, times `scale`. */
  setCoordinates({ coordinates, points }: KernelProblem, codes: Float64Array, origin: number, scale: number): void {
    const { size, smooth } = this;
    for (let c = 0; c < points; c++)
      for (let k = 0; k < smooth.length; k++)
        coordinates[c * smooth.length + k] = ((codes[c * size + (smooth[k] as number)] as number) - origin) * scale;
  }
}

/** A new capacity of at least `needed` kernels, rounded up to whole vectors. */
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
