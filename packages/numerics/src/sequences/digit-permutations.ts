import { log2 } from '../elementary/log.ts';
import { mix } from './hash.ts';

/**
 * Random permutations of the digits 0 … base - 1, one per digit position, up to the precision of a double. A permutation is generated
 * when an index first has a digit at its position. For leading zeros only the image of digit 0 is needed.
 */
export class DigitPermutations {
  readonly #base: number;
  readonly #seed: number;
  readonly #cache: Uint32Array[] = [];
  /** By position: the sum contributed by leading zeros from this position on. */
  readonly #zeros: Float64Array;

  /** @param base less than 2^21 */
  constructor(base: number, seed: number) {
    this.#base = base;
    this.#seed = seed;
    const positions = Math.ceil(53 / log2(base));
    this.#zeros = new Float64Array(positions + 1);
    // Scaled as if position k were the first.
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

  /** Index of the digit taken by the i-th step of the shuffle among the remaining digits: 0 … base - 1 - i, with a bias of at most base/2^32. */
  #pick(position: number, i: number): number {
    return Math.floor((mix(this.#seed + position, i) * (this.#base - i)) / 2 ** 32);
  }

  /** Fisher–Yates shuffle from the front. Its first step fixes the image of digit 0, as the constructor assumes. */
  #permutation(position: number): Uint32Array {
    const known = this.#cache[position];
    if (known !== undefined) return known;
    const digits = Uint32Array.from({ length: this.#base }, (_, digit) => digit);
    for (let i = 0; i < this.#base - 1; i++) {
      const j = i + this.#pick(position, i);
      const taken = digits[j] as number;
      digits[j] = digits[i] as number;
      digits[i] = taken;
    }
    this.#cache[position] = digits;
    return digits;
  }
}
