import { type Axis, edgeOf, logCellMass, placeOf, widened } from './axis.ts';

/**
 * Log-masses of a cell under kernels of one bandwidth, in one array. Where the mass depends on the difference of the cells
 * only (equal steps, choices), an axis has 2 N - 1 entries and the row of cell b begins N - 1 - b entries after their start;
 * logarithmic steps have a row for each cell, filled when it is first asked for.
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
   * Sets what depends on the number of kernels: a kernel gives each other choice the prior's weight shared among all kernels.
   * @returns the log-probability of hitting on all choice axes, which is not in the tables
   */
  setChoices(priorWeight: number, kernels: number): number {
    const share = priorWeight / (kernels + 1);
    let hits = 0;
    this.#axes.forEach(({ kind, cells }, k) => {
      if (kind !== 'choices') return;
      const start = this.#starts[k] as number;
      this.#values.fill(Math.log(share / (1 + share)), start, start + 2 * cells - 1);
      this.#values[start + cells - 1] = 0;
      hits += Math.log((1 + share) / (1 + cells * share));
    });
    return hits;
  }

  /**
   * Writes the log-masses of one cell under many kernels.
   * @param cells those of the kernels
   */
  fill(k: number, cell: number, cells: Int32Array, out: Float32Array | Float64Array, offset: number): void {
    const from = this.#row(k, cell);
    for (let i = 0; i < cells.length; i++) out[offset + i] = this.#values[from + (cells[i] as number)] as number;
  }

  /** Where the row of a cell begins, so that adding a kernel's cell gives the entry. */
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
        placeOf(axis, a),
        widened(axis, a, this.#sigma, this.#stepFloor),
      );
  }

  #fillDifferences(k: number, axis: Axis): void {
    const filled = this.#filled[k] as Uint8Array;
    if (filled[0] === 1) return;
    filled[0] = 1;
    const start = (this.#starts[k] as number) + axis.cells - 1;
    const half = edgeOf(axis, 1) / 2;
    const sigma = widened(axis, 0, this.#sigma, this.#stepFloor);
    for (let a = 0; a < axis.cells; a++) {
      const mass = logCellMass(axis, 0, half + a * 2 * half, sigma);
      this.#values[start + a] = mass;
      this.#values[start - a] = mass;
    }
  }
}
