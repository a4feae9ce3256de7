import { rngFor } from '@asktell/core';

/**
 * Which trials the bad density is made of: all of them up to `limit`, then a random sample in which a trial's chance grows in
 * proportion to its age rank, as its weight does in the full density: the trials with the smallest keys -ln(u)/(age + 1)
 * (Efraimidis & Spirakis 2006). A trial's key depends on nothing but the seed and its rank, so the sample is a fold.
 */
export class AgedSample {
  readonly #limit: number;
  readonly #seed: number;
  /** By slot. */
  readonly #keys: number[];
  readonly #ages: number[];
  readonly #slots: Map<number, number>;
  /** Slot of the largest key, once the sample is full. */
  #worst: number;

  constructor(limit: number, seed: number, from?: AgedSample) {
    this.#limit = limit;
    this.#seed = seed;
    this.#keys = from === undefined ? [] : from.#keys.slice();
    this.#ages = from === undefined ? [] : from.#ages.slice();
    this.#slots = new Map(from === undefined ? [] : from.#slots);
    this.#worst = from === undefined ? -1 : from.#worst;
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Slot of a trial, -1 when it is not in the sample. */
  slot(age: number): number {
    return this.#slots.get(age) ?? -1;
  }

  /** Offers the next trial, ages ascending. Returns the slot that is its own now, -1 when it was not taken. */
  offer(age: number): number {
    const key = -Math.log(1 - rngFor(this.#seed, age, 'tpe-sample').float()) / (age + 1);
    if (this.#keys.length < this.#limit) {
      this.#slots.set(age, this.#keys.length);
      this.#ages.push(age);
      this.#keys.push(key);
      return this.#keys.length - 1;
    }
    if (this.#worst < 0) this.#worst = this.#findWorst();
    const slot = this.#worst;
    if (key >= (this.#keys[slot] as number)) return -1;
    this.#slots.delete(this.#ages[slot] as number);
    this.#slots.set(age, slot);
    this.#ages[slot] = age;
    this.#keys[slot] = key;
    this.#worst = this.#findWorst();
    return slot;
  }

  #findWorst(): number {
    let worst = 0;
    for (let i = 1; i < this.#keys.length; i++)
      if ((this.#keys[i] as number) > (this.#keys[worst] as number)) worst = i;
    return worst;
  }

  clone(): AgedSample {
    return new AgedSample(this.#limit, this.#seed, this);
  }
}
