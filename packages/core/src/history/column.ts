import { sameDistribution } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';

export function growFloats(old: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity);
  grown.set(old);
  return grown;
}

export function growInts(old: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(capacity);
  grown.set(old);
  return grown;
}

/** One parameter over all trials: internal values by row, NaN where absent, and which distribution each came from. */
export class Column {
  values: Float64Array;
  readonly dists: Distribution[];
  /** The batch of operations that was checked against this column last. */
  checkedBy: object | null = null;
  /** Index into `dists` by row; made only when a second distribution turns up. */
  #which: Int32Array | null = null;

  constructor(dist: Distribution) {
    this.values = new Float64Array(16).fill(Number.NaN);
    this.dists = [dist];
  }

  get(row: number): number {
    return row < this.values.length ? (this.values[row] as number) : Number.NaN;
  }

  set(row: number, x: number, dist: Distribution): void {
    if (row >= this.values.length) this.#reserve(row + 1);
    this.values[row] = x;
    // Nearly always the parameter keeps its one distribution, the same object.
    if (this.#which === null && dist === this.dists[0]) return;
    this.#setDistribution(row, dist);
  }

  clear(row: number): void {
    if (row < this.values.length) this.values[row] = Number.NaN;
  }

  distribution(row: number): Distribution | undefined {
    if (Number.isNaN(this.get(row))) return undefined;
    return this.dists[this.#which === null ? 0 : (this.#which[row] as number)];
  }

  #setDistribution(row: number, dist: Distribution): void {
    let index = this.dists.length - 1;
    while (index >= 0 && !sameDistribution(this.dists[index] as Distribution, dist)) index--;
    if (index < 0) {
      index = this.dists.length;
      this.dists.push(dist);
    }
    if (this.#which === null) {
      if (index === 0) return;
      this.#which = new Int32Array(this.values.length);
    }
    this.#which[row] = index;
  }

  #reserve(size: number): void {
    const capacity = Math.max(size, Math.ceil(this.values.length * 1.5));
    const grown = new Float64Array(capacity).fill(Number.NaN, this.values.length);
    grown.set(this.values);
    this.values = grown;
    if (this.#which !== null) this.#which = growInts(this.#which, capacity);
  }
}
