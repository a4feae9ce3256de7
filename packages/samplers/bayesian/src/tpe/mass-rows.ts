import { type Axis, logCellMass } from './axis.ts';

/** Maximum number of cached masses per axis. The cache is cleared when it is full. */
const maxCachedMasses = 1 << 20;

/** Log-masses of the cells of one stepped axis under kernels with individual bandwidths, cached until a kernel changes. */
export class MassRows {
  readonly #axis: Axis;
  /** By cell, then kernel; NaN = not computed. */
  readonly #rows = new Map<number, Float64Array>();

  constructor(axis: Axis) {
    this.#axis = axis;
  }

  /** Invalidates the cached masses of kernel `i`. */
  forget(i: number): void {
    for (const row of this.#rows.values()) row[i] = Number.NaN;
  }

  /**
   * Writes the log-masses of one cell under the kernels 0 … size - 1, NaN for inactive kernels.
   * @param active 1 for each active kernel
   * @param position position of a kernel in the unit interval
   * @param sigmas bandwidths by kernel, starting at index `offset`
   * @param out receives the masses, starting at index `at`
   */
  fill(
    cell: number,
    size: number,
    active: Uint8Array,
    position: (i: number) => number,
    sigmas: Float64Array,
    offset: number,
    out: Float32Array | Float64Array,
    at: number,
  ): void {
    const row = this.#row(cell, size);
    for (let i = 0; i < size; i++) {
      let mass = row[i] as number;
      if (Number.isNaN(mass) && active[i] === 1) {
        mass = logCellMass(this.#axis, cell, position(i), sigmas[offset + i] as number);
        row[i] = mass;
      }
      out[at + i] = mass;
    }
  }

  #row(cell: number, size: number): Float64Array {
    const known = this.#rows.get(cell);
    if (known !== undefined && known.length >= size) return known;
    const length = Math.ceil(Math.max(size * 1.5, 32));
    if ((this.#rows.size + 1) * length > maxCachedMasses) this.#rows.clear();
    const row = new Float64Array(length).fill(Number.NaN);
    if (known !== undefined) row.set(known);
    this.#rows.set(cell, row);
    return row;
  }
}
