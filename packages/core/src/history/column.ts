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

/** One parameter over all trials: by row, its internal value (NaN where absent) and its distribution. */
export class Column {
  values: Float64Array;
  readonly dists: Distribution[];
  /** The last batch of operations that was checked against this column. */
  checkedBy: object | null = null;
  /** Index into `dists` by row, `null` while there is only one distribution. */
  #distIndex: Int32Array | null = null;

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
    // Fast path: nearly all trials have the same distribution object.
    if (this.#distIndex === null && dist === this.dists[0]) return;
    this.#setDistribution(row, dist);
  }

  clear(row: number): void {
    if (row < this.values.length) this.values[row] = Number.NaN;
  }

  distribution(row: number): Distribution | undefined {
    if (Number.isNaN(this.get(row))) return undefined;
    return this.dists[this.#distIndex === null ? 0 : (this.#distIndex[row] as number)];
  }

  #setDistribution(row: number, dist: Distribution): void {
    let index = this.dists.length - 1;
    while (index >= 0 && !sameDistribution(this.dists[index] as Distribution, dist)) index--;
    if (index < 0) {
      index = this.dists.length;
      this.dists.push(dist);
    }
    if (this.#distIndex === null) {
      if (index === 0) return;
      this.#distIndex = new Int32Array(this.values.length);
    }
    this.#distIndex[row] = index;
  }

  #reserve(size: number): void {
    const capacity = Math.max(size, Math.ceil(this.values.length * 1.5));
    const grown = new Float64Array(capacity).fill(Number.NaN, this.values.length);
    grown.set(this.values);
    this.values = grown;
    if (this.#distIndex !== null) this.#distIndex = growInts(this.#distIndex, capacity);
  }
}
