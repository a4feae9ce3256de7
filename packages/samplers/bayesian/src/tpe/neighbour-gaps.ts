/**
 * Bandwidths along one axis by the neighbour rule of Bergstra et al. (2011, §4.2) in the variant of Optuna 5, updated as kernels are
 * inserted and removed. A bandwidth is the larger of the distances to the next kernel below and above, where the ends of the
 * interval count as neighbours. With two or more kernels, the outermost ones use only the distance to their inner neighbour. The
 * result depends only on the current set of kernels, not on the order of insertions and removals.
 */
export class NeighbourGaps {
  /** By kernel. */
  #positions: Float64Array;
  #gaps: Float64Array;
  /** Kernels in ascending order of position, then of index. */
  #order: Int32Array;
  #size: number;

  constructor(from?: NeighbourGaps) {
    this.#positions = from === undefined ? new Float64Array(0) : from.#positions.slice();
    this.#gaps = from === undefined ? new Float64Array(0) : from.#gaps.slice();
    this.#order = from === undefined ? new Int32Array(0) : from.#order.slice();
    this.#size = from === undefined ? 0 : from.#size;
  }

  clone(): NeighbourGaps {
    return new NeighbourGaps(this);
  }

  /** Grows the arrays to hold the kernels 0 … capacity - 1. */
  grow(capacity: number): void {
    const enlarged = <T extends Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#positions = enlarged(new Float64Array(capacity), this.#positions);
    this.#gaps = enlarged(new Float64Array(capacity), this.#gaps);
    this.#order = enlarged(new Int32Array(capacity), this.#order);
  }

  /** Position of an inserted kernel. */
  position(i: number): number {
    return this.#positions[i] as number;
  }

  /** Bandwidth of an inserted kernel, before clipping. */
  gap(i: number): number {
    return this.#gaps[i] as number;
  }

  /**
   * Inserts kernel `i`.
   * @param position in the unit interval
   * @param touched receives the kernels whose gaps changed
   */
  insert(i: number, position: number, touched: number[]): void {
    this.#positions[i] = position;
    const at = this.#sortIndex(i, position);
    this.#order.copyWithin(at + 1, at, this.#size++);
    this.#order[at] = i;
    this.#update(at - 1, touched);
    this.#update(at, touched);
    this.#update(at + 1, touched);
  }

  /**
   * Removes kernel `i`.
   * @param touched receives the kernels whose gaps changed
   */
  remove(i: number, touched: number[]): void {
    const at = this.#sortIndex(i, this.#positions[i] as number);
    this.#order.copyWithin(at, at + 1, this.#size--);
    this.#update(at - 1, touched);
    this.#update(at, touched);
  }

  /** Number of kernels that sort before (position, i). */
  #sortIndex(i: number, position: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#order[middle] as number;
      const there = this.#positions[other] as number;
      if (there < position || (there === position && other < i)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #update(at: number, touched: number[]): void {
    const last = this.#size - 1;
    if (at < 0 || at > last) return;
    const i = this.#order[at] as number;
    const here = this.#positions[i] as number;
    const below = here - (at === 0 ? 0 : (this.#positions[this.#order[at - 1] as number] as number));
    const above = (at === last ? 1 : (this.#positions[this.#order[at + 1] as number] as number)) - here;
    this.#gaps[i] =
      last === 0 ? Math.max(below, above) : at === 0 ? above : at === last ? below : Math.max(below, above);
    touched.push(i);
  }
}
