import {
  type Branch,
  CellTree,
  type CompiledSpace,
  type Distribution,
  drawUniform,
  mostCells,
  type Proposal,
  type SampleContext,
  type Scalar,
  show,
  type TrialHistory,
} from '@asktell/core';
import type { Grid, Subgrid } from './grid.ts';
import { badGrid, type CheckedGridOptions } from './options.ts';
import { valueLists } from './value-lists.ts';

/**
 * The grid of a declared space. A trial counts for the cell with its parameter values, even if it was enqueued or imported. A
 * study that continues with a changed grid therefore does not repeat points.
 */
export class DeclaredGrid implements Grid {
  readonly total: number;
  readonly #space: CompiledSpace;
  readonly #lists: readonly (readonly number[])[];
  readonly #digitOf: readonly ReadonlyMap<number, number>[];
  readonly #branches: readonly (Branch | null)[];
  readonly #tree: CellTree;
  readonly #digits: Int32Array;

  /** @throws AsktellError `invalid-argument` for options that do not fit the space, and for more than 2^52 cells */
  constructor(space: CompiledSpace, options: CheckedGridOptions) {
    this.#space = space;
    this.#lists = valueLists(space, options);
    this.#digitOf = this.#lists.map((list) => new Map(list.map((x, digit) => [x, digit])));
    this.#branches = space.params.map(({ when }) =>
      when === null ? null : { param: when.param, digit: this.#digitOf[when.param]?.get(when.choice) ?? -1 },
    );
    this.#tree = new CellTree(
      this.#lists.map((list) => list.length),
      this.#branches,
    );
    this.#digits = new Int32Array(space.params.length);
    this.total = this.#tree.total;
    if (this.total > mostCells)
      throw badGrid(
        `the grid must have at most 2^52 cells, not about ${this.total.toPrecision(2)}. List fewer values, or use larger steps.`,
      );
  }

  triedBy(row: number, history: TrialHistory): number {
    const { params } = this.#space;
    for (let i = 0; i < params.length; i++) {
      const x = history.value(row, (params[i] as { readonly name: string }).name);
      this.#digits[i] = this.#digitOf[i]?.get(x) ?? -1;
    }
    return this.#tree.encode(this.#digits);
  }

  takenBy(row: number, history: TrialHistory): number {
    return this.triedBy(row, history);
  }

  allows(cell: number): boolean {
    return this.#space.allows === null || this.#space.allows(this.#point(cell));
  }

  proposal(cell: number): Proposal {
    return { x: this.#point(cell) };
  }

  /** Draws uniformly. Called for trials whose fixed values match no free cell. */
  sampleOne(ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if (this.#space.params.some((param) => param.name === name)) return drawUniform(dist, ctx.rng(name));
    throw badGrid(`suggested parameters must be in the declared space, not ${show(name)}. Add it to the space.`);
  }

  #point(cell: number): Float64Array {
    const digits = this.#tree.decode(cell, this.#digits);
    return Float64Array.from(digits, (digit, i) => (digit < 0 ? Number.NaN : (this.#lists[i]?.[digit] as number)));
  }

  /** A tree with shorter value lists: fixed parameters keep one value, and the choices above them only matching branches. */
  subgrid({ fixed }: SampleContext): Subgrid | null {
    if (fixed.every((x) => Number.isNaN(x))) return null;
    const kept: number[][] = this.#lists.map((list) => Array.from(list.keys()));
    const wanted: (Set<number> | null)[] = this.#lists.map(() => null);
    for (let i = fixed.length - 1; i >= 0; i--) {
      const isFixed = !Number.isNaN(fixed[i]);
      if (!isFixed && wanted[i] === null) continue;
      const digit = this.#digitOf[i]?.get(fixed[i] as number);
      kept[i] = isFixed ? (digit === undefined ? [] : [digit]) : [...(wanted[i] as Set<number>)].sort((a, b) => a - b);
      const branch = this.#branches[i];
      if (branch === null || branch === undefined) continue;
      const above = wanted[branch.param] ?? new Set<number>();
      wanted[branch.param] = above;
      if (branch.digit >= 0) above.add(branch.digit);
    }
    const part = new CellTree(
      kept.map((list) => list.length),
      this.#branches.map(
        (branch) => branch && { param: branch.param, digit: (kept[branch.param] as number[]).indexOf(branch.digit) },
      ),
    );
    return {
      total: part.total,
      cell: (k) => {
        const digits = part.decode(k, this.#digits);
        for (let i = 0; i < digits.length; i++) digits[i] = kept[i]?.[digits[i] as number] ?? -1;
        return this.#tree.encode(digits);
      },
    };
  }
}
