import { mix } from './hash.ts';

/**
 * One random permutation of the digits 0 … base - 1 for every digit position, up to the precision of a double. A permutation is made when
 * an index first has a digit there; of the others only what they do to a leading zero is needed.
 */
export class DigitPermutations {
  readonly #base: number;
  readonly #seed: number;
  readonly #made: Uint32Array[] = [];
  /** What leading zeros from this position on add up to. */
  readonly #zeros: Float64Array;

  /** @param base less than 2^21 */
  constructor(base: number, seed: number) {
    this.#base = base;
    this.#seed = seed;
    const positions = Math.ceil(53 / Math.log2(base));
    this.#zeros = new Float64Array(positions + 1);
    // Relative to their position: as if position k were the first.
    for (let k = positions - 1; k >= 0; k--)
      this.#zeros[k] = ((this.#zeros[k + 1] as number) + this.#pick(k, 0)) / base;
  }

  /** Σ π_k(digit k of index) / base^(k + 1), below 1. */
  apply(index: number): number {
    let sum = 0;
    let weight = 1;
    let k = 0;
    for (let rest = index; rest > 0 && k < this.#zeros.length - 1; rest = Math.floor(rest / this.#base), k++) {
      weight /= this.#base;
      sum += (this.#permutation(k)[rest % this.#base] as number) * weight;
    }
    return Math.min(sum + weight * (this.#zeros[k] as number), 1 - 2 ** -53);
  }

  /** Which of the remaining digits the i-th step of the shuffle takes: 0 … base - 1 - i, even up to base/2^32. */
  #pick(position: number, i: number): number {
    return Math.floor((mix(this.#seed + position, i) * (this.#base - i)) / 2 ** 32);
  }

  /** Fisher and Yates, from the front: digit 0 is settled by the first step, as the constructor assumes. */
  #permutation(position: number): Uint32Array {
    const known = this.#made[position];
    if (known !== undefined) return known;
    const digits = Uint32Array.from({ length: this.#base }, (_, digit) => digit);
    for (let i = 0; i < this.#base - 1; i++) {
      const j = i + this.#pick(position, i);
      const taken = digits[j] as number;
      digits[j] = digits[i] as number;
      digits[i] = taken;
    }
    this.#made[position] = digits;
    return digits;
  }
}
