import { DigitPermutations } from './digit-permutations.ts';
import { dimensionSeeds, requireSeed } from './hash.ts';
import { firstPrimes } from './primes.ts';

/** How a {@link HaltonSequence} is made random. */
export interface HaltonOptions {
  /** Whether digits are permuted at random. Default false: the plain sequence, whose dimensions of large bases rise in step for many points. */
  readonly scramble?: boolean;
  /** Whole number from 0 to 2^53 - 1 that decides the permutations. Default 0. */
  readonly seed?: number;
}

const mostDimensions = 100_000;

/**
 * Halton's low-discrepancy sequence in [0, 1)^d: coordinate j of point i has the digits of i in the base of the j-th prime, mirrored at the point.
 * Scrambled, each digit position of each dimension has a random permutation of its own, leading zeros included (Owen, A randomized Halton algorithm
 * in R, 2017); then every point is uniform. Any number of dimensions, no table; in up to about ten it rivals Sobol's sequence, beyond that dimension j
 * needs as many points as its prime before it is even.
 *
 * @example
 * const sequence = new HaltonSequence(3, { scramble: true, seed: 1 });
 * sequence.next(); // the same numbers as sequence.point(0)
 */
export class HaltonSequence {
  /** Most dimensions. */
  static readonly maxDimensions: number = mostDimensions;
  readonly dimensions: number;
  readonly #bases: readonly number[];
  readonly #permutations: (dimension: number) => DigitPermutations | null;
  #index = 0;

  /**
   * @param dimensions from 1 to {@link HaltonSequence.maxDimensions}
   * @throws RangeError
   */
  constructor(dimensions: number, { scramble = false, seed = 0 }: HaltonOptions = {}) {
    if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= mostDimensions)) {
      throw new RangeError(`A Halton sequence has 1 to ${mostDimensions} dimensions, not ${dimensions}.`);
    }
    this.dimensions = dimensions;
    this.#bases = firstPrimes(dimensions);
    requireSeed(seed);
    if (!scramble) {
      this.#permutations = () => null;
      return;
    }
    const seeds = dimensionSeeds(seed, dimensions);
    const made: DigitPermutations[] = [];
    this.#permutations = (d) => {
      made[d] ??= new DigitPermutations(this.#bases[d] as number, seeds[d] as number);
      return made[d] as DigitPermutations;
    };
  }

  /** Number of the point that {@link next} returns next. */
  get index(): number {
    return this.#index;
  }

  /**
   * The next point.
   * @param out where to, default a new array
   */
  next(out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    this.point(this.#index, out);
    this.#index++;
    return out;
  }

  /**
   * Point `index`, in O(dimensions · digits).
   * @param out where to, default a new array
   * @throws RangeError unless `index` is a whole number from 0 to 2^53 - 1
   */
  point(index: number, out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    for (let d = 0; d < this.dimensions; d++) out[d] = this.coordinate(index, d);
    return out;
  }

  /**
   * One coordinate of point `index`, dimensions numbered from 0.
   * @throws RangeError unless `index` is a whole number from 0 to 2^53 - 1
   */
  coordinate(index: number, dimension: number): number {
    if (!(Number.isSafeInteger(index) && index >= 0))
      throw new RangeError(`A Halton sequence has the points 0 to 2^53 - 1, and none has the number ${index}.`);
    const permutations = this.#permutations(dimension);
    return permutations === null ? mirrored(index, this.#bases[dimension] as number) : permutations.apply(index);
  }
}

function mirrored(index: number, base: number): number {
  let sum = 0;
  let weight = 1;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    weight /= base;
    sum += (rest % base) * weight;
  }
  return sum;
}
