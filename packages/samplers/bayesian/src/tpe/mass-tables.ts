import { log } from '@asktell/numerics/elementary';
import { type Axis, edgeOf, flooredBandwidth, logCellMass, positionOf } from './axis.ts';

/**
 * Log-masses of cells under kernels of one bandwidth, for several axes in one array. With equal steps and with choices the mass
 * depends only on the difference of the cells: an axis of N cells has 2 N - 1 entries, and the row of cell b starts at entry
 * N - 1 - b. Axes with logarithmic steps have one row per cell, filled on first use.
 */
export class MassTables {
  readonly #values: Float64Array;
  readonly #axes: readonly Axis[];
  readonly #starts: readonly number[];
  readonly #filled: readonly (Uint8Array | null)[];
  readonly #sigma: number;
  readonly #stepFloor: number;

  constructor(axes: readonly Axis[], sigma: number, stepFloor: number) {
    this.#axes = axes;
    this.#sigma = sigma;
    this.#stepFloor = stepFloor;
    let length = 0;
    this.#starts = axes.map(({ kind, cells }) => {
      const start = length;
      length += kind === 'log-steps' ? cells * cells : 2 * cells - 1;
      return start;
    });
    this.#values = new Float64Array(length);
    this.#filled = axes.map(({ kind, cells }) =>
      kind === 'choices' ? null : new Uint8Array(kind === 'steps' ? 1 : cells),
    );
  }

  /**
   * Sets the entries of choice axes, which depend on the number of kernels: the weight of the prior is divided among all kernels,
   * and a kernel gives its share to every choice. Entries are relative to the probability of a kernel's own choice.
   * @returns the sum over the choice axes of the log-probability of a kernel's own choice
   */
  setChoices(priorWeight: number, kernels: number): number {
    const share = priorWeight / (kernels + 1);
    let hits = 0;
    this.#axes.forEach(({ kind, cells }, k) => {
      if (kind !== 'choices') return;
      const start = this.#starts[k] as number;
      this.#values.fill(log(share / (1 + share)), start, start + 2 * cells - 1);
      this.#values[start + cells - 1] = 0;
      hits += log((1 + share) / (1 + cells * share));
    });
    return hits;
  }

  /**
   * Writes the log-masses of one cell under many kernels.
   * @param k axis
   * @param cells one per kernel
   * @param out receives the masses, starting at index `offset`
   */
  fill(k: number, cell: number, cells: Int32Array, out: Float32Array | Float64Array, offset: number): void {
    const from = this.#row(k, cell);
    for (let i = 0; i < cells.length; i++) out[offset + i] = this.#values[from + (cells[i] as number)] as number;
  }

  /** Start of the row of a cell. Adding the cell of a kernel gives the index of the entry. */
  #row(k: number, cell: number): number {
    const axis = this.#axes[k] as Axis;
    const start = this.#starts[k] as number;
    if (axis.kind === 'log-steps') {
      this.#fillRow(k, axis, cell);
      return start + cell * axis.cells;
    }
    if (axis.kind === 'steps') this.#fillDifferences(k, axis);
    return start + axis.cells - 1 - cell;
  }

  #fillRow(k: number, axis: Axis, cell: number): void {
    const filled = this.#filled[k] as Uint8Array;
    if (filled[cell] === 1) return;
    filled[cell] = 1;
    const start = (this.#starts[k] as number) + cell * axis.cells;
    for (let a = 0; a < axis.cells; a++)
      this.#values[start + a] = logCellMass(
        axis,
        cell,
        positionOf(axis, a),
        flooredBandwidth(axis, a, this.#sigma, this.#stepFloor),
      );
  }

  #fillDifferences(k: number, axis: Axis): void {
    const filled = this.#filled[k] as Uint8Array;
    if (filled[0] === 1) return;
    filled[0] = 1;
    const start = (this.#starts[k] as number) + axis.cells - 1;
    const half = edgeOf(axis, 1) / 2;
    const sigma = flooredBandwidth(axis, 0, this.#sigma, this.#stepFloor);
    for (let a = 0; a < axis.cells; a++) {
      const mass = logCellMass(axis, 0, half + a * 2 * half, sigma);
      this.#values[start + a] = mass;
      this.#values[start - a] = mass;
    }
  }
}
