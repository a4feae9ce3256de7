import { cardinality, containsInternal, nthInternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { CompiledSpace, ParamSpec } from '../space/compiled-space.ts';
import { mostCells } from './cell-order.ts';
import { CellTree } from './cell-tree.ts';

/** The index of x among the values of a distribution. -1 when x is not one of them or they cannot be counted. */
export function indexOfInternal(dist: Distribution, x: number): number {
  if (!containsInternal(dist, x)) return -1;
  if (dist.kind === 'categorical') return x;
  if (dist.step === null) return dist.low === dist.high ? 0 : -1;
  return Math.round((x - dist.low) / dist.step);
}

/**
 * The points of a space, numbered without listing them. A point consists of active parameters. A fixed parameter has one
 * value. Constraints (`where`) are ignored.
 *
 * @example
 * const points = new FinitePoints(compileSpace({ a: int(1, 3), b: categorical(['x', 'y']) }).compiled);
 * points.total; // 6
 * points.point(5); // [3, 1]
 */
export class FinitePoints {
  /** The number of points, Infinity with a continuous range. */
  readonly total: number;
  /** Whether the points can be numbered: there are at most 2^52. */
  readonly isCountable: boolean;
  readonly #params: readonly ParamSpec[];
  readonly #fixed: Float64Array | null;
  readonly #tree: CellTree;
  readonly #digits: Float64Array;

  /** @param fixed internal values in parameter order, NaN for free ones; values of inactive parameters are ignored */
  constructor(space: CompiledSpace, fixed: Float64Array | null = null) {
    const { params } = space;
    const fixedValue = (i: number): number => (fixed === null ? Number.NaN : (fixed[i] as number));
    this.#params = params;
    this.#fixed = fixed;
    this.#tree = new CellTree(
      params.map(({ dist }, i) => (Number.isNaN(fixedValue(i)) ? cardinality(dist) : 1)),
      params.map(({ when }) => {
        if (when === null) return null;
        const parent = fixedValue(when.param);
        const digit = Number.isNaN(parent) ? when.choice : parent === when.choice ? 0 : -1;
        return { param: when.param, digit };
      }),
    );
    this.#digits = new Float64Array(params.length);
    this.total = this.#tree.total;
    this.isCountable = this.total <= mostCells;
  }

  /** The cell of a point (internal values), -1 when it is not one of the points. Values of inactive parameters are ignored. */
  cell(x: ArrayLike<number>): number {
    const digits = this.#digits;
    for (let i = 0; i < digits.length; i++) {
      const fixed = this.#fixed === null ? Number.NaN : (this.#fixed[i] as number);
      const index = indexOfInternal((this.#params[i] as ParamSpec).dist, x[i] as number);
      digits[i] = Number.isNaN(fixed) ? index : x[i] === fixed ? 0 : -1;
    }
    return this.#tree.encode(digits);
  }

  /** The point of a cell: internal values, NaN for inactive parameters. */
  point(cell: number): Float64Array {
    const digits = this.#tree.decode(cell, this.#digits);
    return Float64Array.from(digits, (digit, i) => {
      if (digit < 0) return Number.NaN;
      const fixed = this.#fixed === null ? Number.NaN : (this.#fixed[i] as number);
      return Number.isNaN(fixed) ? nthInternal((this.#params[i] as ParamSpec).dist, digit) : fixed;
    });
  }
}
