import { growFloats, growInts } from './column.ts';

/**
 * Rows of finished trials in finish order: by effective stamp, then row. A new row usually goes to the end. A late arrival
 * (a skewed clock, an import) is inserted at its position.
 */
export class FinishOrder {
  #rows = new Int32Array(16);
  #stamps = new Float64Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The first `count` rows, without copying. */
  prefix(count: number): Int32Array {
    return this.#rows.subarray(0, count);
  }

  row(position: number): number {
    return this.#rows[position] as number;
  }

  /** Adds a row and returns its position. */
  insert(row: number, stamp: number): number {
    if (this.#size === this.#rows.length) {
      const capacity = Math.ceil(this.#size * 1.5);
      this.#rows = growInts(this.#rows, capacity);
      this.#stamps = growFloats(this.#stamps, capacity);
    }
    let at = this.#size;
    if (at > 0 && !this.#before(at - 1, row, stamp)) {
      at = this.#search((position) => !this.#before(position, row, stamp));
      this.#rows.copyWithin(at + 1, at, this.#size);
      this.#stamps.copyWithin(at + 1, at, this.#size);
    }
    this.#rows[at] = row;
    this.#stamps[at] = stamp;
    this.#size++;
    return at;
  }

  /** The number of rows that finished strictly before `stamp`. */
  countBefore(stamp: number): number {
    const last = this.#size - 1;
    if (last < 0 || (this.#stamps[last] as number) < stamp) return this.#size;
    return this.#search((position) => (this.#stamps[position] as number) >= stamp);
  }

  #before(position: number, row: number, stamp: number): boolean {
    const other = this.#stamps[position] as number;
    return other < stamp || (other === stamp && (this.#rows[position] as number) < row);
  }

  /** The first position where `predicate` is true. It must be monotone. */
  #search(predicate: (position: number) => boolean): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (predicate(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
