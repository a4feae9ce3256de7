import { cos, log } from '@asktell/numerics/elementary';
import { AsktellError, show } from '../errors.ts';
import { hashString, hashWords } from './hash.ts';
import { Xoroshiro128Plus } from './xoroshiro.ts';

/**
 * A stream of random numbers. Equal seeds give equal streams in every JavaScript engine.
 */
export interface Rng {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  float(): number;
  /**
   * Uniform whole number from `low` to `high`, both included.
   * @throws AsktellError `invalid-argument` unless they are safe integers with 0 <= high - low < 2^53
   */
  int(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A;
  /** Another stream. It depends on the origin of this stream and the label, not on what was drawn. */
  fork(label: string): Rng;
  /** The current four state words. {@link rngFromState} continues from them. */
  state(): readonly [number, number, number, number];
}

const scratch = new Int32Array(4);
const purposes = new Map<string, readonly [number, number]>();

function purposeWords(purpose: string): readonly [number, number] {
  let words = purposes.get(purpose);
  if (words === undefined) {
    if (purposes.size > 10_000) purposes.clear(); // bounds the memory when there are many parameter names
    words = hashString(purpose);
    purposes.set(purpose, words);
  }
  return words;
}

class Stream implements Rng {
  readonly #origin: readonly [number, number, number, number];
  readonly #generator: Xoroshiro128Plus;

  constructor(a: number, b: number, c: number, d: number) {
    this.#origin = [a, b, c, d];
    this.#generator = new Xoroshiro128Plus(a, b, c, d);
  }

  float(): number {
    return this.#generator.float();
  }

  state(): readonly [number, number, number, number] {
    return this.#generator.state();
  }

  int(low: number, high: number): number {
    const n = high - low + 1;
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && n >= 1 && Number.isSafeInteger(high - low))) {
      throw new AsktellError(
        'invalid-argument',
        `Rng.int: low and high must be safe integers with 0 <= high - low < 2^53, not ${show(low)} and ${show(high)}.`,
      );
    }
    // Rejection keeps the result exactly uniform when n does not divide 2^53.
    const limit = 2 ** 53 - (2 ** 53 % n);
    for (;;) {
      const draw = this.float() * 2 ** 53;
      if (draw < limit) return low + (draw % n);
    }
  }

  normal(): number {
    // Box–Muller without caching the second value, so that every call takes two numbers from the stream.
    const u = 1 - this.float();
    return Math.sqrt(-2 * log(u)) * cos(2 * Math.PI * this.float());
  }

  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }

  fork(label: string): Rng {
    const [a, b, c, d] = this.#origin;
    const [p, q] = purposeWords(label);
    hashWords(scratch, a ^ p, b ^ q, c, d, 0x666f726b);
    return new Stream(scratch[0] as number, scratch[1] as number, scratch[2] as number, scratch[3] as number);
  }
}

/** The stream of (seed, trial number, purpose). The purpose of a parameter is its flat name. */
export function rngFor(seed: number, number: number, purpose: string): Rng {
  const [p, q] = purposeWords(purpose);
  hashWords(scratch, seed | 0, Math.floor(seed / 2 ** 32) ^ (number / 2 ** 32), number | 0, p, q);
  return new Stream(scratch[0] as number, scratch[1] as number, scratch[2] as number, scratch[3] as number);
}

/** A stream that continues from the state that {@link Rng.state} returned. */
export function rngFromState(state: readonly [number, number, number, number]): Rng {
  return new Stream(...state);
}
