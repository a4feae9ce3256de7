import { DigitPermutations } from './digit-permutations.ts';
import { dimensionSeeds, requireSeed } from './hash.ts';
import { firstPrimes } from './primes.ts';

/** Options of {@link HaltonSequence}. */
export interface HaltonOptions {
  /**
   * Whether digits are permuted at random. Default: false, the plain sequence, in which dimensions with large bases are correlated for
   * many points.
   */
  readonly scramble?: boolean;
  /** Seed of the permutations, a whole number from 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number;
}

const maxDimensions = 100_000;

/**
 * Halton's low-discrepancy sequence in [0, 1)^d. Coordinate j of point i is the radical inverse of i in the base of the j-th prime.
 *
 * With scrambling, each digit position of each dimension has its own random permutation, which also applies to leading zeros (Owen, A
 * randomized Halton algorithm in R, 2017). Every point is then uniform in the cube.
 *
 * The sequence needs no table. In up to about ten dimensions it rivals Sobol's sequence. Beyond that, dimension j needs as many points
 * as its prime before it covers the interval evenly.
 *
 * @example
 * const sequence = new HaltonSequence(3, { scramble: true, seed: 1 });
 * sequence.next(); // the same numbers as sequence.point(0)
 */
export class HaltonSequence {
  /** Maximum number of dimensions. */
  static readonly maxDimensions: number = maxDimensions;
  readonly dimensions: number;
  readonly #bases: readonly number[];
  readonly #permutations: (dimension: number) => DigitPermutations | null;
  #index = 0;

  /**
   * @param dimensions a whole number from 1 to {@link HaltonSequence.maxDimensions}
   * @throws RangeError if `dimensions` or the seed is out of range
   */
  constructor(dimensions: number, { scramble = false, seed = 0 }: HaltonOptions = {}) {
    if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= maxDimensions)) {
      throw new RangeError(
        `HaltonSequence: dimensions must be a whole number from 1 to ${maxDimensions}, not ${dimensions}.`,
      );
    }
    this.dimensions = dimensions;
    this.#bases = firstPrimes(dimensions);
    requireSeed(seed);
    if (!scramble) {
      this.#permutations = () => null;
      return;
    }
    const seeds = dimensionSeeds(seed, dimensions);
    const cache: DigitPermutations[] = [];
    this.#permutations = (d) => {
      cache[d] ??= new DigitPermutations(this.#bases[d] as number, seeds[d] as number);
      return cache[d] as DigitPermutations;
    };
  }

  /** Index of the next point that {@link next} returns. */
  get index(): number {
    return this.#index;
  }

  /**
   * Returns the next point and advances the sequence.
   * @param out receives the point, a new array by default
   */
  next(out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    this.point(this.#index, out);
    this.#index++;
    return out;
  }

  /**
   * Returns point `index` in O(dimensions · digits), without advancing the sequence.
   * @param out receives the point, a new array by default
   * @throws RangeError unless `index` is a whole number from 0 to 2^53 - 1
   */
  point(index: number, out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    for (let d = 0; d < this.dimensions; d++) out[d] = this.coordinate(index, d);
    return out;
  }

  /**
   * Returns one coordinate of point `index`. Dimensions are numbered from 0.
   * @throws RangeError unless `index` is a whole number from 0 to 2^53 - 1
   */
  coordinate(index: number, dimension: number): number {
    if (!(Number.isSafeInteger(index) && index >= 0))
      throw new RangeError(`HaltonSequence: index must be a whole number from 0 to 2^53 - 1, not ${index}.`);
    const permutations = this.#permutations(dimension);
    return permutations === null ? radicalInverse(index, this.#bases[dimension] as number) : permutations.apply(index);
  }
}

/** The digits of `index` in `base`, mirrored at the radix point. */
function radicalInverse(index: number, base: number): number {
  let sum = 0;
  let weight = 1;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    weight /= base;
    sum += (rest % base) * weight;
  }
  return sum;
}
