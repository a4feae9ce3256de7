/**
 * Bandwidths along one axis by the neighbour rule of Bergstra et al. (2011, §4.2) as Optuna 5 has it, kept up to date while kernels
 * come and go: the larger of the distances to the next kernel below and above, the ends of the interval counting as neighbours;
 * but with two kernels or more the outermost ones look inwards only. Which kernels are there is all that matters, not how they came.
 */
export class NeighbourGaps {
  /** By kernel. */
  #places: Float64Array;
  #gaps: Float64Array;
  /** Kernels in ascending order of place, equal ones by number. */
  #order: Int32Array;
  #size: number;

  constructor(from?: NeighbourGaps) {
    this.#places = from === undefined ? new Float64Array(0) : from.#places.slice();
    this.#gaps = from === undefined ? new Float64Array(0) : from.#gaps.slice();
    this.#order = from === undefined ? new Int32Array(0) : from.#order.slice();
    this.#size = from === undefined ? 0 : from.#size;
  }

  clone(): NeighbourGaps {
    return new NeighbourGaps(this);
  }

  /** Makes room for kernels with numbers below `capacity`. */
  grow(capacity: number): void {
    const enlarged = <T extends Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#places = enlarged(new Float64Array(capacity), this.#places);
    this.#gaps = enlarged(new Float64Array(capacity), this.#gaps);
    this.#order = enlarged(new Int32Array(capacity), this.#order);
  }

  /** Where a kernel is that is there. */
  place(i: number): number {
    return this.#places[i] as number;
  }

  /** The gap of a kernel that is there. */
  gap(i: number): number {
    return this.#gaps[i] as number;
  }

  /**
   * Kernel `i` comes.
   * @param place in the unit interval
   * @param touched receives the kernels whose gaps are new
   */
  insert(i: number, place: number, touched: number[]): void {
    this.#places[i] = place;
    const at = this.#position(i, place);
    this.#order.copyWithin(at + 1, at, this.#size++);
    this.#order[at] = i;
    this.#update(at - 1, touched);
    this.#update(at, touched);
    this.#update(at + 1, touched);
  }

  /** Kernel `i` goes. */
  remove(i: number, touched: number[]): void {
    const at = this.#position(i, this.#places[i] as number);
    this.#order.copyWithin(at, at + 1, this.#size--);
    this.#update(at - 1, touched);
    this.#update(at, touched);
  }

  /** How many kernels come before (place, i). */
  #position(i: number, place: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#order[middle] as number;
      const there = this.#places[other] as number;
      if (there < place || (there === place && other < i)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #update(at: number, touched: number[]): void {
    const last = this.#size - 1;
    if (at < 0 || at > last) return;
    const i = this.#order[at] as number;
    const here = this.#places[i] as number;
    const below = here - (at === 0 ? 0 : (this.#places[this.#order[at - 1] as number] as number));
    const above = (at === last ? 1 : (this.#places[this.#order[at + 1] as number] as number)) - here;
    this.#gaps[i] =
      last === 0 ? Math.max(below, above) : at === 0 ? above : at === last ? below : Math.max(below, above);
    touched.push(i);
  }
}
