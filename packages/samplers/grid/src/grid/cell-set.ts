/** Grids up to this size use a bit set, larger ones a hash set. No study tries all cells of a larger grid. */
const maxBits = 2 ** 24;

/** A set of cells of one grid. */
export class CellSet {
  readonly #total: number;
  readonly #bits: Uint32Array | null;
  readonly #cells = new Set<number>();
  #size = 0;

  /** An empty set for the cells 0 … total - 1. */
  constructor(total: number) {
    this.#total = total;
    this.#bits = total <= maxBits ? new Uint32Array(Math.ceil(total / 32)) : null;
  }

  get size(): number {
    return this.#size;
  }

  has(cell: number): boolean {
    const bits = this.#bits;
    if (bits === null) return this.#cells.has(cell);
    return (((bits[cell >>> 5] as number) >>> (cell & 31)) & 1) === 1;
  }

  add(cell: number): void {
    if (this.has(cell)) return;
    this.#size++;
    const bits = this.#bits;
    if (bits === null) this.#cells.add(cell);
    else bits[cell >>> 5] = (bits[cell >>> 5] as number) | (1 << (cell & 31));
  }

  /** An independent copy. */
  clone(): CellSet {
    const copy = new CellSet(this.#total);
    if (this.#bits !== null) copy.#bits?.set(this.#bits);
    for (const cell of this.#cells) copy.#cells.add(cell);
    copy.#size = this.#size;
    return copy;
  }
}
