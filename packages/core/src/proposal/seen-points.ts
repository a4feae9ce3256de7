import { containsInternal } from '../distribution/convert.ts';
import { FinitePoints, indexOfInternal } from '../enumeration/finite-points.ts';
import type { RecordStore } from '../history/record-store.ts';
import { fmix32 } from '../rng/hash.ts';
import { type CompiledSpace, isActive, type ParamSpec } from '../space/compiled-space.ts';

const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);

/**
 * The points of a space that finished trials have tried, by key. The key is the index of the point if the space is
 * countable, else a hash of 53 bits. A collision only costs a redraw. Takes about 40 bytes per trial. Each trial is
 * added once, and trials may arrive in any order.
 *
 * A trial counts if it has a complete point of the space and was not lost. In an observed space it must have no other
 * parameters, because trials that differ in those are not repeats.
 */
export class SeenPoints {
  readonly space: CompiledSpace;
  readonly points: FinitePoints;
  readonly #store: RecordStore;
  /** By key: the earliest finish stamp of a trial with this point. It does not depend on the order of arrival. */
  readonly #stamps = new Map<number, number>();
  readonly #x: Float64Array;
  #absorbed = 0;

  constructor(space: CompiledSpace, store: RecordStore) {
    this.space = space;
    this.points = new FinitePoints(space);
    this.#store = store;
    this.#x = new Float64Array(space.params.length);
  }

  /** Must be called when a trial is inserted at this position of the finish order. */
  invalidate(position: number): void {
    if (position >= this.#absorbed) return;
    this.#add(this.#store.order.row(position));
    this.#absorbed++;
  }

  /** Adds the trials that have finished since the last call. */
  refresh(): void {
    const { order } = this.#store;
    for (; this.#absorbed < order.size; this.#absorbed++) this.#add(order.row(this.#absorbed));
  }

  #add(row: number): void {
    const store = this.#store;
    if (store.failure(row)?.code === 'lost') return;
    if (this.space.origin === 'observed' && store.params(row).names.length !== this.space.params.length) return;
    const key = this.rowKey(row);
    if (key < 0) return;
    const stamp = store.effectiveStamp(row);
    const known = this.#stamps.get(key);
    if (known === undefined || stamp < known) this.#stamps.set(key, stamp);
  }

  /** Whether a trial with this point had finished before `stamp`. */
  has(key: number, stamp: number): boolean {
    const first = this.#stamps.get(key);
    return first !== undefined && first < stamp;
  }

  /** Whether any trial with a point of this space had finished before `stamp`. */
  hasAny(stamp: number): boolean {
    for (const first of this.#stamps.values()) if (first < stamp) return true;
    return false;
  }

  /** The key of a row's point, -1 if the row has no complete point of the space. */
  rowKey(row: number): number {
    const { params } = this.space;
    for (let i = 0; i < params.length; i++) this.#x[i] = this.#store.value(row, (params[i] as ParamSpec).name);
    return this.key(this.#x);
  }

  /** The key of a point, -1 if it is not a complete point of the space. */
  key(x: Float64Array): number {
    if (this.points.isCountable) return this.points.cell(x);
    const { params } = this.space;
    let a = 0x9e3779b9;
    let b = 0x243f6a88;
    for (let i = 0; i < params.length; i++) {
      if (!isActive(this.space, i, x)) continue;
      const { dist } = params[i] as ParamSpec;
      const value = x[i] as number;
      if (!containsInternal(dist, value)) return -1;
      const index = indexOfInternal(dist, value);
      scratch[0] = index < 0 ? value + 0 : index; // a stepped value may have a rounding error
      const low = words[0] as number;
      const high = words[1] as number;
      a = fmix32(Math.imul(a, 0x01000193) ^ low ^ Math.imul(high, 0x85ebca6b) ^ i);
      b = fmix32(Math.imul(b, 0x01000193) ^ high ^ Math.imul(low, 0xc2b2ae35) ^ i);
    }
    return (a >>> 0) * 2 ** 21 + (b >>> 11);
  }
}
