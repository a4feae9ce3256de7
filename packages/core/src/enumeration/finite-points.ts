import { cardinality, containsInternal, nthInternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { CompiledSpace, ParamSpec } from '../space/compiled-space.ts';
import { mostCells } from './cell-order.ts';
import { CellTree } from './cell-tree.ts';

/** Which value of its distribution x is, counted from 0; -1 when it is none, or when the values cannot be counted. */
export function indexOfInternal(dist: Distribution, x: number): number {
  if (!containsInternal(dist, x)) return -1;
  if (dist.kind === 'categorical') return x;
  if (dist.step === null) return dist.low === dist.high ? 0 : -1;
  return Math.round((x - dist.low) / dist.step);
}

/**
 * The points of a space, numbered without listing them: active parameters only, branch by branch. What is fixed has one
 * value. `where` is not looked at.
 *
 * @example
 * const points = new FinitePoints(compileSpace({ a: int(1, 3), b: categorical(['x', 'y']) }).compiled);
 * points.total; // 6
 * points.point(5); // [3, 1]
 */
export class FinitePoints {
  /** How many points there are; Infinity with a continuous range. */
  readonly total: number;
  /** Whether cells number the points: there are finitely many, 2^52 at most. */
  readonly isCountable: boolean;
  readonly #params: readonly ParamSpec[];
  readonly #fixed: Float64Array | null;
  readonly #tree: CellTree;
  readonly #digits: Float64Array;

  /** @param fixed internal values in the order of the parameters, NaN = free; those of inactive parameters are not looked at */
  constructor(space: CompiledSpace, fixed: Float64Array | null = null) {
    const { params } = space;
    const settled = (i: number): number => (fixed === null ? Number.NaN : (fixed[i] as number));
    this.#params = params;
    this.#fixed = fixed;
    this.#tree = new CellTree(
      params.map(({ dist }, i) => (Number.isNaN(settled(i)) ? cardinality(dist) : 1)),
      params.map(({ when }) => {
        if (when === null) return null;
        const parent = settled(when.param);
        const digit = Number.isNaN(parent) ? when.choice : parent === when.choice ? 0 : -1;
        return { param: when.param, digit };
      }),
    );
    this.#digits = new Float64Array(params.length);
    this.total = this.#tree.total;
    this.isCountable = this.total <= mostCells;
  }

  /** The cell of a point given as internal values, -1 when it is none of these points. Values of inactive parameters are not looked at. */
  cell(x: ArrayLike<number>): number {
    const digits = this.#digits;
    for (let i = 0; i < digits.length; i++) {
      const fixed = this.#fixed === null ? Number.NaN : (this.#fixed[i] as number);
      const index = indexOfInternal((this.#params[i] as ParamSpec).dist, x[i] as number);
      digits[i] = Number.isNaN(fixed) ? index : x[i] === fixed ? 0 : -1;
    }
    return this.#tree.encode(digits);
  }

  /** The point of a cell: internal values, NaN = inactive. */
  point(cell: number): Float64Array {
    const digits = this.#tree.decode(cell, this.#digits);
    return Float64Array.from(digits, (digit, i) => {
      if (digit < 0) return Number.NaN;
      const fixed = this.#fixed === null ? Number.NaN : (this.#fixed[i] as number);
      return Number.isNaN(fixed) ? nthInternal((this.#params[i] as ParamSpec).dist, digit) : fixed;
    });
  }
}
