import { rngFor } from '@asktell/core';
import { log } from '@asktell/numerics/elementary';

/**
 * The trials from which the bad density is built: all trials up to `limit`, then a weighted random sample of that size. The
 * weight of a trial grows in proportion to its age rank, as in the full density. The sample contains the trials with the
 * smallest keys -ln(u)/(age + 1) (Efraimidis & Spirakis 2006). A key depends only on the seed and the age rank, so the sample
 * can be extended one trial at a time.
 */
export class AgeWeightedSample {
  readonly #limit: number;
  readonly #seed: number;
  /** Indexed by slot. */
  readonly #keys: number[];
  readonly #ages: number[];
  readonly #slots: Map<number, number>;
  /** Slot of the largest key; -1 until a full sample has been searched. */
  #worst: number;

  constructor(limit: number, seed: number, from?: AgeWeightedSample) {
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

  /** The slot of a trial, or -1 if the trial is not in the sample. */
  slot(age: number): number {
    return this.#slots.get(age) ?? -1;
  }

  /** Offers the next trial, in ascending order of age. Returns its slot, or -1 if the trial was rejected. */
  offer(age: number): number {
    const key = -log(1 - rngFor(this.#seed, age, 'tpe-sample').float()) / (age + 1);
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

  clone(): AgeWeightedSample {
    return new AgeWeightedSample(this.#limit, this.#seed, this);
  }
}
