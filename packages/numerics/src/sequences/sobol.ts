import { dimensionSeeds, requireSeed } from './hash.ts';
import { digitalShift, owenScramble } from './owen.ts';
import { sobolBits, sobolDirections } from './sobol-directions.ts';
import { sobolDimensions } from './sobol-table.ts';

/** How a {@link SobolSequence} is made random. */
export interface SobolOptions {
  /**
   * `none` (default): the plain sequence, which begins with 0, ½, ¾, ¼, … in every dimension. `owen`: nested uniform scrambling; every point is uniform
   * in the cube, and means of smooth functions converge faster. `shift`: a digital shift; uniform, too, and cheaper.
   */
  readonly scramble?: 'none' | 'owen' | 'shift';
  /** Whole number from 0 to 2^53 - 1 that decides the scrambling. Default 0. */
  readonly seed?: number;
}

const mostPoints = 2 ** 32;

/**
 * Sobol's low-discrepancy sequence in [0, 1)^d with the direction numbers of Joe and Kuo (2008), in Gray-code order (Antonov and Saleev 1979): the order of
 * scipy. Every 2^m consecutive points from a multiple of 2^m on hit each interval [k, k + 1)/2^m of each coordinate once; that is what scrambling
 * keeps. Points are numbered, and any of them can be had without its predecessors.
 *
 * Use it from point 0 on and, if you can choose, 2^m points: leaving out the first one costs more than its corner is worth (Owen 2020).
 *
 * @example
 * const sequence = new SobolSequence(2, { scramble: 'owen', seed: 1 });
 * const first = sequence.next();
 * sequence.point(0); // the same numbers
 */
export class SobolSequence {
  /** Most dimensions. */
  static readonly maxDimensions: number = sobolDimensions;
  readonly dimensions: number;
  readonly #v: Uint32Array;
  readonly #finish: (x: number, dimension: number) => number;
  /** The point that `next` returned last, unscrambled. */
  readonly #x: Uint32Array;
  #index = 0;

  /**
   * @param dimensions from 1 to {@link SobolSequence.maxDimensions}
   * @throws RangeError
   */
  constructor(dimensions: number, options: SobolOptions = {}) {
    if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= sobolDimensions)) {
      throw new RangeError(`A Sobol sequence has 1 to ${sobolDimensions} dimensions, not ${dimensions}.`);
    }
    this.dimensions = dimensions;
    this.#v = sobolDirections(dimensions);
    this.#x = new Uint32Array(dimensions);
    this.#finish = finisher(dimensions, options);
  }

  /** Number of the point that {@link next} returns next. */
  get index(): number {
    return this.#index;
  }

  /**
   * The next point, in O(dimensions).
   * @param out where to, default a new array
   * @throws RangeError after 2^32 points
   */
  next(out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    const index = requireIndex(this.#index);
    // From point i - 1 to i, the Gray code changes in the bit of the lowest 1 of i.
    const bit = index === 0 ? -1 : 31 - Math.clz32(index & -index);
    for (let d = 0; d < this.dimensions; d++) {
      if (bit >= 0) this.#x[d] = (this.#x[d] as number) ^ (this.#v[d * sobolBits + bit] as number);
      out[d] = this.#finish(this.#x[d] as number, d);
    }
    this.#index = index + 1;
    return out;
  }

  /**
   * Point `index`, without its predecessors: up to 32 times the work of {@link next} before scrambling. Does not move the sequence.
   * @param out where to, default a new array
   * @throws RangeError unless `index` is a whole number from 0 to 2^32 - 1
   */
  point(index: number, out: Float64Array = new Float64Array(this.dimensions)): Float64Array {
    for (let d = 0; d < this.dimensions; d++) out[d] = this.coordinate(index, d);
    return out;
  }

  /**
   * One coordinate of point `index`, dimensions numbered from 0.
   * @throws RangeError unless `index` is a whole number from 0 to 2^32 - 1
   */
  coordinate(index: number, dimension: number): number {
    requireIndex(index);
    let x = 0;
    let at = dimension * sobolBits;
    for (let gray = index ^ (index >>> 1); gray !== 0; gray >>>= 1, at++) if (gray & 1) x ^= this.#v[at] as number;
    return this.#finish(x >>> 0, dimension);
  }
}

function finisher(
  dimensions: number,
  { scramble = 'none', seed = 0 }: SobolOptions,
): (x: number, dimension: number) => number {
  requireSeed(seed);
  if (scramble === 'none') return (x) => x / 2 ** 32;
  if (scramble !== 'owen' && scramble !== 'shift')
    throw new RangeError(`scramble must be 'none', 'owen' or 'shift', not ${String(scramble)}.`);
  const seeds = dimensionSeeds(seed, dimensions);
  if (scramble === 'owen') return (x, dimension) => owenScramble(x, seeds[dimension] as number);
  return (x, dimension) => digitalShift(x, seeds[dimension] as number);
}

function requireIndex(index: number): number {
  if (Number.isInteger(index) && index >= 0 && index < mostPoints) return index;
  throw new RangeError(`A Sobol sequence has the points 0 to 2^32 - 1, and none has the number ${index}.`);
}
