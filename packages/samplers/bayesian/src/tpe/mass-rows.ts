import { type Axis, logCellMass } from './axis.ts';

/** So many masses are remembered on an axis; beyond, all are forgotten. */
const rememberedMasses = 1 << 20;

/** Log-masses of cells of one stepped axis under kernels with bandwidths of their own, remembered until a kernel changes. */
export class MassRows {
  readonly #axis: Axis;
  /** By cell, then kernel; NaN = not known. */
  readonly #rows = new Map<number, Float64Array>();

  constructor(axis: Axis) {
    this.#axis = axis;
  }

  /** Kernel `i` has changed. */
  forget(i: number): void {
    for (const row of this.#rows.values()) row[i] = Number.NaN;
  }

  /**
   * Writes the log-masses of one cell under kernels 0 … size-1; NaN for those that do not count.
   * @param place of a kernel in the unit interval
   * @param sigmas by kernel from `offset` on
   */
  fill(
    cell: number,
    size: number,
    counts: Uint8Array,
    place: (i: number) => number,
    sigmas: Float64Array,
    offset: number,
    out: Float32Array | Float64Array,
    at: number,
  ): void {
    const row = this.#row(cell, size);
    for (let i = 0; i < size; i++) {
      let mass = row[i] as number;
      if (Number.isNaN(mass) && counts[i] === 1) {
        mass = logCellMass(this.#axis, cell, place(i), sigmas[offset + i] as number);
        row[i] = mass;
      }
      out[at + i] = mass;
    }
  }

  #row(cell: number, size: number): Float64Array {
    const known = this.#rows.get(cell);
    if (known !== undefined && known.length >= size) return known;
    const length = Math.ceil(Math.max(size * 1.5, 32));
    if ((this.#rows.size + 1) * length > rememberedMasses) this.#rows.clear();
    const row = new Float64Array(length).fill(Number.NaN);
    if (known !== undefined) row.set(known);
    this.#rows.set(cell, row);
    return row;
  }
}
