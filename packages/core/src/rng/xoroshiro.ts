/**
 * xoroshiro128+ (Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, 2021; constants 24, 16, 37) over
 * 32-bit words: each 64-bit half of the state is a pair (high, low). It must not change, because stored studies are replayed
 * with it.
 */
export class Xoroshiro128Plus {
  #high0: number;
  #low0: number;
  #high1: number;
  #low1: number;

  /** The state as signed 32-bit words, not all zero. */
  constructor(high0: number, low0: number, high1: number, low1: number) {
    this.#high0 = high0;
    this.#low0 = low0;
    this.#high1 = high1;
    this.#low1 = low1;
  }

  /**
   * Returns the low word of s0 + s1 and advances the state: s0 becomes rotl(s0, 24) ^ s1 ^ s0 ^ ((s1 ^ s0) << 16) and s1
   * becomes rotl(s1 ^ s0, 37).
   */
  #next(): number {
    const high = this.#high0;
    const low = this.#low0;
    const xHigh = this.#high1 ^ high;
    const xLow = this.#low1 ^ low;
    const out = low + this.#low1;
    this.#high0 = (high << 24) ^ (low >>> 8) ^ xHigh ^ ((xHigh << 16) | (xLow >>> 16));
    this.#low0 = (low << 24) ^ (high >>> 8) ^ xLow ^ (xLow << 16);
    this.#high1 = (xLow << 5) ^ (xHigh >>> 27);
    this.#low1 = (xHigh << 5) ^ (xLow >>> 27);
    return out;
  }

  /** Uniform in [0, 1), a multiple of 2^-53: 26 bits of one output and 27 bits of the next. */
  float(): number {
    const high = this.#next() & 0x3ffffff;
    return (high * 2 ** 27 + (this.#next() & 0x7ffffff)) * 2 ** -53;
  }

  /** The current four state words. */
  state(): readonly [number, number, number, number] {
    return [this.#high0, this.#low0, this.#high1, this.#low1];
  }
}
