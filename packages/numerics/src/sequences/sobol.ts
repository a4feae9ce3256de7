import { dimensionSeeds, requireSeed } from './hash.ts';
import { digitalShift, owenScramble } from './scrambling.ts';
import { sobolBits, sobolDirections } from './sobol-directions.ts';
import { sobolDimensions } from './sobol-table.ts';

/** Options of {@link SobolSequence}. */
export interface SobolOptions {
  /**
   * - `none` (default): the plain sequence, which starts with 0, ½, ¾, ¼, … in the first dimension.
   * - `owen`: nested uniform scrambling. Every point is uniform in the cube, and means of smooth functions converge faster.
   * - `shift`: a digital shift. Every point is uniform in the cube, and scrambling is cheaper.
   */
  readonly scramble?: 'none' | 'owen' | 'shift';
  /** Seed of the scrambling, a whole number from 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number;
}

const maxPoints = 2 ** 32;

/**
 * Sobol's low-discrepancy sequence in [0, 1)^d with the direction numbers of Joe and Kuo (2008), in Gray-code order (Antonov and Saleev
 * 1979), which is the order of scipy. Any 2^m consecutive points that start at a multiple of 2^m have exactly one point in each interval
 * [k, k + 1)/2^m of each coordinate. Scrambling preserves this property. Any point can be computed directly.
 *
 * Start at point 0 and use 2^m points if possible. Leaving out the first point does more harm than its position in a corner (Owen 2020).
 *
 * @example
 * const sequence = new SobolSequence(2, { scramble: 'owen', seed: 1 });
 * const first = sequence.next();
 * sequence.point(0); // the same numbers
 */
export class SobolSequence {
  /** Maximum number of dimensions. */
  static readonly maxDimensions: number = sobolDimensions;
  readonly dimensions: number;
  readonly #v: Uint32Array;
  readonly #scramble: (x: number, dimension: number) => number;
  /** The last point that `next` returned, before scrambling. */
  readonly #x: Uint32Array;
  #index = 0;

  /**
   * @param dimensions a whole number from 1 to {@link SobolSequence.maxDimensions}
   * @throws RangeError if an argument is out of range
   */
  constructor(dimensions: number, options: SobolOptions = {}) {
    if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= sobolDimensions)) {
      throw new RangeError(
        `SobolSequence: dimensions must be a whole number from 1 to ${sobolDimensions}, not ${dimensions}.`,
      );
    }
    this.dimensions = dimensions;
    this.#v = sobolDirections(dimensions);
    this.#x = new Uint32Array(dimensions);
    this.#scramble = scrambler(dimensions, options);
  }

  /** Index of the next point that {@link next} returns. */
  get index(): number {
    return this.#index;
  }

  /**
   * Returns the next point in O(dimensions) and advances the sequence.
   * @param out receives the point, a new array by default
   * @throws RangeError after 2^32 points
   */
  next(out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    const index = requireIndex(this.#index);
    // From point i - 1 to point i, the Gray code changes at the position of the lowest set bit of i.
    const bit = index === 0 ? -1 : 31 - Math.clz32(index & -index);
    for (let d = 0; d < this.dimensions; d++) {
      if (bit >= 0) this.#x[d] = (this.#x[d] as number) ^ (this.#v[d * sobolBits + bit] as number);
      out[d] = this.#scramble(this.#x[d] as number, d);
    }
    this.#index = index + 1;
    return out;
  }

  /**
   * Returns point `index` without advancing the sequence. Not counting the scrambling, it costs up to 32 times as much as {@link next}.
   * @param out receives the point, a new array by default
   * @throws RangeError unless `index` is a whole number from 0 to 2^32 - 1
   */
  point(index: number, out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    for (let d = 0; d < this.dimensions; d++) out[d] = this.coordinate(index, d);
    return out;
  }

  /**
   * Returns one coordinate of point `index`. Dimensions are numbered from 0.
   * @throws RangeError unless `index` is a whole number from 0 to 2^32 - 1
   */
  coordinate(index: number, dimension: number): number {
    requireIndex(index);
    let x = 0;
    let at = dimension * sobolBits;
    for (let gray = index ^ (index >>> 1); gray !== 0; gray >>>= 1, at++) if (gray & 1) x ^= this.#v[at] as number;
    return this.#scramble(x >>> 0, dimension);
  }
}

function scrambler(
  dimensions: number,
  { scramble = 'none', seed = 0 }: SobolOptions,
): (x: number, dimension: number) => number {
  requireSeed(seed);
  if (scramble === 'none') return (x) => x / 2 ** 32;
  if (scramble !== 'owen' && scramble !== 'shift')
    throw new RangeError(`SobolSequence: scramble must be 'none', 'owen' or 'shift', not ${String(scramble)}.`);
  const seeds = dimensionSeeds(seed, dimensions);
  if (scramble === 'owen') return (x, dimension) => owenScramble(x, seeds[dimension] as number);
  return (x, dimension) => digitalShift(x, seeds[dimension] as number);
}

function requireIndex(index: number): number {
  if (Number.isInteger(index) && index >= 0 && index < maxPoints) return index;
  throw new RangeError(`SobolSequence: index must be a whole number from 0 to 2^32 - 1, not ${index}.`);
}
