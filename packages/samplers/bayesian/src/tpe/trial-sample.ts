import { AgedSample } from './aged-sample.ts';

/** The trials that a block's models are made of, by slot of their sample: codes, and whether they failed. */
export class TrialSample {
  readonly #d: number;
  readonly #sample: AgedSample;
  #codes: Float64Array;
  readonly #failed: boolean[];
  /** Failed trials among all that were offered. */
  failures: number;

  /** @param d number of axes */
  constructor(d: number, limit: number, seed: number, from?: TrialSample) {
    this.#d = d;
    this.#sample = from === undefined ? new AgedSample(limit, seed) : from.#sample.clone();
    this.#codes = from === undefined ? new Float64Array(0) : from.#codes.slice();
    this.#failed = from === undefined ? [] : from.#failed.slice();
    this.failures = from === undefined ? 0 : from.failures;
  }

  clone(): TrialSample {
    return new TrialSample(this.#d, 0, 0, this);
  }

  get size(): number {
    return this.#sample.size;
  }

  /** Codes by slot, then axis. Do not write. */
  get codes(): Float64Array {
    return this.#codes;
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
    if (failed) this.failures++;
    const slot = this.#sample.offer(age);
    if (slot < 0) return slot;
    const end = (slot + 1) * this.#d;
    if (end > this.#codes.length) {
      const grown = new Float64Array(Math.max(end, Math.ceil(this.#codes.length * 1.5), 16 * this.#d));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    this.#codes.set(codes, slot * this.#d);
    this.#failed[slot] = failed;
    return slot;
  }

  /** Whether a trial of the sample has just these codes. */
  has(codes: Float64Array, offset: number): boolean {
    const d = this.#d;
    for (let slot = 0; slot < this.size; slot++) {
      let j = 0;
      while (j < d && this.#codes[slot * d + j] === codes[offset + j]) j++;
      if (j === d) return true;
    }
    return false;
  }
}
