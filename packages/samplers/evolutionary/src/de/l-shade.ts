import type { Rng } from '@asktell/core';
import { categorical, constant, type Genes } from '../operators/genes.ts';
import { compareMerit, type Merit } from '../outcome/merit.ts';
import { SuccessMemory } from './success-memory.ts';

/** How a trial vector was created. Reported back with its measurement. */
export interface Attempt {
  /** The slot that the vector challenges. */
  readonly slot: number;
  /** Scale factor F in (0, 1]. */
  readonly f: number;
  /** Crossover rate CR in [0, 1]. */
  readonly cr: number;
  /** Population size at the proposal, which is also the number of measurements of a generation. */
  readonly size: number;
}

export interface LShadeOptions {
  /** Number of slots, at least 4: the population size at the start. */
  readonly slots: number;
  /** Fraction of the population from which pbest is drawn (p in the paper). */
  readonly best: number;
  /** Archive size, as a multiple of the population size. */
  readonly archive: number;
  /** Number of entries of the success memory (H in the paper). */
  readonly memory: number;
}

interface Member {
  readonly vector: Float64Array;
  readonly merit: Merit;
}

/** A proposal needs four vectors: target, pbest, r1, r2. */
export const smallestPopulation = 4;

/**
 * L-SHADE (Tanabe and Fukunaga 2014) without generations: differential evolution with current-to-pbest/1/bin, success-history
 * adaptation of F and CR, an archive of replaced vectors and a shrinking population. Each vector challenges one slot. It is
 * compared with the vector in that slot when its measurement arrives, so measurements may arrive late and in any order.
 *
 * Vectors are in the unit cube; NaN = inactive. See {@link propose} for categorical genes.
 *
 * Cost: O(slots + dimension) per proposal and per measurement.
 */
export class LShade {
  readonly #options: LShadeOptions;
  readonly #members: Member[] = [];
  /** Slots, best first. Among equal slots the one that changed last comes first. */
  #order: number[] = [];
  /** Ring buffer of replaced vectors. */
  #archive: Float64Array[] = [];
  #archived = 0;
  #memory: SuccessMemory;

  constructor(options: LShadeOptions) {
    this.#options = options;
    this.#memory = new SuccessMemory(options.memory);
  }

  /** Number of occupied slots. {@link propose} needs at least {@link smallestPopulation}. */
  get size(): number {
    return this.#members.length;
  }

  get #isFull(): boolean {
    return this.#members.length === this.#options.slots;
  }

  clone(): LShade {
    const copy = new LShade(this.#options);
    for (const member of this.#members) copy.#members.push(member);
    copy.#order = [...this.#order];
    copy.#archive = [...this.#archive];
    copy.#archived = this.#archived;
    copy.#memory = this.#memory.clone();
    return copy;
  }

  /** Adds a measured vector that was not proposed here. It takes a free slot, or replaces the worst vector if it is better. */
  add(vector: Float64Array, merit: Merit): void {
    if (!this.#isFull) {
      this.#members.push({ vector, merit });
      this.#place(this.#members.length - 1);
      return;
    }
    const worst = this.#order.at(-1) as number;
    if (compareMerit(merit, (this.#members[worst] as Member).merit) < 0) this.#replace(worst, vector, merit);
  }

  /** Adds the measurement of a proposed vector. It takes a free slot if there is one. `merit` is `null` for a failed trial. */
  tell(attempt: Attempt, vector: Float64Array, merit: Merit | null): void {
    const current = this.#members[attempt.slot];
    if (current === undefined) {
      if (merit !== null) this.add(vector, merit);
      return;
    }
    const difference = merit === null ? 1 : compareMerit(merit, current.merit);
    if (merit !== null && !this.#isFull) this.add(vector, merit);
    else if (merit !== null && difference <= 0) this.#replace(attempt.slot, vector, merit);
    if (merit !== null && difference < 0) this.#memory.recordSuccess(attempt.f, attempt.cr, gain(current.merit, merit));
    this.#memory.recordMeasurement(attempt.size);
  }

  #replace(slot: number, vector: Float64Array, merit: Merit): void {
    const replaced = this.#members[slot] as Member;
    if (compareMerit(merit, replaced.merit) < 0) {
      const capacity = Math.round(this.#options.archive * this.#options.slots);
      if (capacity > 0) this.#archive[this.#archived++ % capacity] = replaced.vector;
    }
    this.#members[slot] = { vector, merit };
    this.#order.splice(this.#order.indexOf(slot), 1);
    this.#place(slot);
  }

  #place(slot: number): void {
    const { merit } = this.#members[slot] as Member;
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#members[this.#order[middle] as number] as Member;
      if (compareMerit(other.merit, merit) < 0) low = middle + 1;
      else high = middle;
    }
    this.#order.splice(low, 0, slot);
  }

  /**
   * Proposes a new vector. With v = x + F (x_pbest − x) + F (x_r1 − x_r2), each gene of v replaces that of x with probability
   * CR, and at least one gene is replaced. A gene of v outside [0, 1] becomes the midpoint between x and the bound (JADE).
   *
   * A replaced categorical gene takes the choice of pbest with probability F. Then, if r1 and r2 differ, it takes the choice of
   * r1 with probability F. Then it takes any other choice with probability `reset`. A numeric gene that is inactive in one of
   * the four vectors comes from the first vector that has it: pbest, r1, x.
   * @param turn number of the proposal; the challenged slots rotate with it
   * @param size number of best slots that take part, from 4 to all occupied slots
   * @param trial overwritten
   */
  propose(turn: number, size: number, genes: Genes, reset: number, rng: Rng, trial: Float64Array): Attempt {
    const slot = this.#slotOf(turn % size, size);
    const { f, cr } = this.#memory.draw(rng);
    const x = this.#vector(slot);
    const guides = Math.min(size, Math.max(2, Math.round(this.#options.best * size)));
    const pbest = this.#vector(this.#order[Math.floor(rng.float() * guides)] as number);
    const [r1, r2] = this.#pair(slot, size, rng);
    const forced = Math.floor(rng.float() * genes.size);
    for (let j = 0; j < genes.size; j++) {
      const own = x[j] as number;
      const isCrossed = rng.float() < cr || j === forced;
      if (!isCrossed || genes.kind[j] === constant) {
        trial[j] = own;
        continue;
      }
      const [best, a, b] = [pbest[j] as number, r1[j] as number, r2[j] as number];
      if (genes.kind[j] === categorical) {
        let choice = rng.float() < f ? first(best, own) : own;
        if (a !== b && !Number.isNaN(a) && rng.float() < f) choice = a;
        trial[j] = rng.float() < reset && !Number.isNaN(choice) ? genes.otherChoice(j, choice, rng.float()) : choice;
        continue;
      }
      const v = own + f * (best - own) + f * (a - b);
      if (Number.isNaN(v)) trial[j] = first(best, first(a, own));
      else trial[j] = v < 0 ? own / 2 : v > 1 ? (own + 1) / 2 : v;
    }
    return { slot, f, cr, size };
  }

  /** The k-th of the best `size` slots, in ascending order of slots. */
  #slotOf(k: number, size: number): number {
    if (size === this.#members.length) return k;
    const isIn = new Uint8Array(this.#members.length);
    for (let i = 0; i < size; i++) isIn[this.#order[i] as number] = 1;
    let left = k;
    for (let slot = 0; slot < isIn.length; slot++) if (isIn[slot] === 1 && left-- === 0) return slot;
    return 0;
  }

  /** Draws r1 from the population, and r2 from population and archive. Target, r1 and r2 are all different. */
  #pair(target: number, size: number, rng: Rng): readonly [Float64Array, Float64Array] {
    let r1 = target;
    while (r1 === target) r1 = this.#order[Math.floor(rng.float() * size)] as number;
    const archived = Math.min(this.#archive.length, Math.round(this.#options.archive * size));
    for (;;) {
      const k = Math.floor(rng.float() * (size + archived));
      if (k >= size) return [this.#vector(r1), this.#recent(k - size)];
      const r2 = this.#order[k] as number;
      if (r2 !== target && r2 !== r1) return [this.#vector(r1), this.#vector(r2)];
    }
  }

  /** The k-th newest vector of the archive. */
  #recent(k: number): Float64Array {
    const at = (this.#archived - 1 - k) % this.#archive.length;
    return this.#archive[at < 0 ? at + this.#archive.length : at] as Float64Array;
  }

  #vector(slot: number): Float64Array {
    return (this.#members[slot] as Member).vector;
  }
}

function first(a: number, b: number): number {
  return Number.isNaN(a) ? b : a;
}

/** The improvement of the loss. NaN if it is not finite or if the outcomes are of different kinds. */
function gain(before: Merit, after: Merit): number {
  const difference = before.tier === after.tier ? before.loss - after.loss : Number.NaN;
  return Number.isFinite(difference) ? difference : Number.NaN;
}
