import { AsktellError, show } from '../errors.ts';
import { hashString, hashWords } from './hash.ts';
import { Xoroshiro128Plus } from './xoroshiro.ts';

/** A stream of random numbers. Equal seeds give equal streams in every JavaScript engine; `normal` may differ in the last bit. */
export interface Rng {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  float(): number;
  /** Uniform whole number from `low` to `high`, both included; at most 2^53 of them. */
  int(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A;
  /** Another stream, a function of this stream's origin and the label only, not of what was drawn. */
  fork(label: string): Rng;
  /** The four state words now; {@link rngFromState} goes on from them. */
  state(): readonly [number, number, number, number];
}

const scratch = new Int32Array(4);
const purposes = new Map<string, readonly [number, number]>();

function purposeWords(purpose: string): readonly [number, number] {
  let words = purposes.get(purpose);
  if (words === undefined) {
    if (purposes.size > 10_000) purposes.clear(); // purposes are parameter names, but nothing stops a user from making more
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
        `No whole numbers from ${show(low)} to ${show(high)}; give safe integers with low <= high.`,
      );
    }
    // Rejection keeps it exactly uniform: 2^53 is a multiple of few n.
    const limit = 2 ** 53 - (2 ** 53 % n);
    for (;;) {
      const draw = this.float() * 2 ** 53;
      if (draw < limit) return low + (draw % n);
    }
  }

  normal(): number {
    // Box–Muller without the second value: a stream's position must not depend on who asked before.
    const u = 1 - this.float();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.float());
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

/** The stream of (seed, trial number, purpose). A parameter's purpose is its flat name. */
export function rngFor(seed: number, number: number, purpose: string): Rng {
  const [p, q] = purposeWords(purpose);
  hashWords(scratch, seed | 0, Math.floor(seed / 2 ** 32) ^ (number / 2 ** 32), number | 0, p, q);
  return new Stream(scratch[0] as number, scratch[1] as number, scratch[2] as number, scratch[3] as number);
}

/** Goes on where {@link Rng.state} was read. */
export function rngFromState(state: readonly [number, number, number, number]): Rng {
  return new Stream(...state);
}
