import { AgedSample } from './aged-sample.ts';
import { type Axis, placeOf } from './axis.ts';

/** The trials that a block's models are made of, by slot of their sample: codes, places, and whether they failed. */
export class TrialSample {
  readonly #axes: readonly Axis[];
  readonly #sample: AgedSample;
  #codes: Float64Array;
  #places: Float64Array;
  readonly #failed: boolean[];

  constructor(axes: readonly Axis[], limit: number, seed: number, from?: TrialSample) {
    this.#axes = axes;
    this.#sample = from === undefined ? new AgedSample(limit, seed) : from.#sample.clone();
    this.#codes = from === undefined ? new Float64Array(0) : from.#codes.slice();
    this.#places = from === undefined ? new Float64Array(0) : from.#places.slice();
    this.#failed = from === undefined ? [] : from.#failed.slice();
  }

  clone(): TrialSample {
    return new TrialSample(this.#axes, 0, 0, this);
  }

  get size(): number {
    return this.#sample.size;
  }

  /** Codes by slot, then axis. Do not write. */
  get codes(): Float64Array {
    return this.#codes;
  }

  /** Places in the unit interval by slot, then axis; the code where a choice is. Do not write. */
  get places(): Float64Array {
    return this.#places;
  }

  /** Places of codes, one point after the other. */
  placesOf(codes: Float64Array): Float64Array {
    const d = this.#axes.length;
    return codes.map((code, i) => {
      const axis = this.#axes[i % d] as Axis;
      return axis.kind === 'choices' ? code : placeOf(axis, code);
    });
  }

  hasFailed(slot: number): boolean {
    return this.#failed[slot] === true;
  }

  /** Slot of a trial, -1 when it is not in the sample. */
  slot(age: number): number {
    return this.#sample.slot(age);
  }

  /** Offers the next trial. Returns the slot that is its own now, -1 when it was not taken. */
  offer(age: number, codes: Float64Array, failed: boolean): number {
    const slot = this.#sample.offer(age);
    if (slot < 0) return slot;
    const d = this.#axes.length;
    const end = (slot + 1) * d;
    if (end > this.#codes.length) {
      const length = Math.max(end, Math.ceil(this.#codes.length * 1.5), 16 * d);
      this.#codes = grown(this.#codes, length);
      this.#places = grown(this.#places, length);
    }
    this.#codes.set(codes, slot * d);
    this.#places.set(this.placesOf(codes), slot * d);
    this.#failed[slot] = failed;
    return slot;
  }

  /** Whether a trial of the sample has just these codes. */
  has(codes: Float64Array, offset: number): boolean {
    const d = this.#axes.length;
    for (let slot = 0; slot < this.size; slot++) {
      let j = 0;
      while (j < d && this.#codes[slot * d + j] === codes[offset + j]) j++;
      if (j === d) return true;
    }
    return false;
  }
}

function grown(array: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(array);
  return longer;
}
