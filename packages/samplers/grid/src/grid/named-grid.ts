import {
  CellTree,
  contains,
  type Distribution,
  describe,
  drawUniform,
  isSingle,
  type Json,
  mostCells,
  type Proposal,
  type SampleContext,
  type Scalar,
  show,
  type TrialHistory,
  toExternal,
} from '@asktell/core';
import type { Agreeing, Grid } from './grid.ts';
import { badGrid, type CheckedGridOptions } from './options.ts';

/**
 * The grid of a define-by-run study: all combinations of the named values. Which names a trial will ask for is not known, so cells that
 * differ only in names it does not ask for are distinct, and the proposal's note says which cell it stands for.
 */
export class NamedGrid implements Grid {
  readonly total: number;
  readonly #names: readonly string[];
  readonly #lists: readonly (readonly Scalar[])[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #digitOf: readonly ReadonlyMap<Scalar, number>[];
  readonly #tree: CellTree;
  readonly #digits: Int32Array;

  /** @throws AsktellError `invalid-argument` when the options name no values, or there are more than 2^52 cells */
  constructor(options: CheckedGridOptions) {
    if (options.points.size > 0)
      throw badGrid('points needs a declared space, where the ranges are known; list the values in grid.');
    if (options.grid.size === 0) {
      throw badGrid(
        'a define-by-run study does not know its space beforehand; list the values with new GridSampler({ grid: { x: [0, 0.5, 1] } }), or declare the space: ask(space).',
      );
    }
    this.#names = [...options.grid.keys()];
    this.#lists = [...options.grid.values()];
    this.#indexOf = new Map(this.#names.map((name, i) => [name, i]));
    this.#digitOf = this.#lists.map((list) => new Map(list.map((value, digit) => [value, digit])));
    this.#tree = treeOf(this.#lists);
    this.#digits = new Int32Array(this.#names.length);
    this.total = this.#tree.total;
    if (this.total > mostCells)
      throw badGrid(`the grid has about ${this.total.toPrecision(2)} cells; give fewer values.`);
  }

  /**
   * The values decide; the note fills in names that were not asked for. A trial that has another value than its note says
   * (it was enqueued) has not tried that cell. Where the range left one value only, that one stands for all.
   */
  triedBy(row: number, history: TrialHistory): number {
    const noted = this.#cellOfNote(history.note(row));
    const digits = this.#digits;
    if (noted >= 0) this.#tree.decode(noted, digits);
    else digits.fill(-1);
    const { names, dists, x } = history.params(row);
    for (let k = 0; k < names.length; k++) {
      const i = this.#indexOf.get(names[k] as string);
      const dist = dists[k] as Distribution;
      if (i === undefined || (isSingle(dist) && (digits[i] as number) >= 0)) continue;
      digits[i] = this.#digitOf[i]?.get(toExternal(dist, x[k] as number)) ?? -1;
    }
    return this.#tree.encode(digits);
  }

  /** By the note alone: the values of a running trial come and go with the time of looking. */
  takenBy(row: number, history: TrialHistory): number {
    return this.#cellOfNote(history.note(row));
  }

  allows(): boolean {
    return true;
  }

  proposal(cell: number, { space }: SampleContext): Proposal {
    return { x: new Float64Array(space.params.length).fill(Number.NaN), note: { cell } };
  }

  /** The value that the trial's cell has; a uniform draw for a trial without a cell, whose fixed values agree with none. */
  sampleOne(ctx: SampleContext, name: string, dist: Distribution): Scalar {
    const cell = this.#cellOfNote(ctx.trial.note);
    if (cell < 0) return drawUniform(dist, ctx.rng(name));
    const i = this.#indexOf.get(name);
    if (i === undefined)
      throw badGrid(
        `${show(name)} was suggested, but the grid has no values for it; add them: grid: { ${show(name)}: […] }.`,
      );
    const value = this.#lists[i]?.[this.#tree.decode(cell, this.#digits)[i] as number] as Scalar;
    if (contains(dist, value)) return value;
    throw badGrid(
      `${show(value)}, a grid value of ${show(name)}, is no member of ${describe(dist)}; change the grid or the range.`,
    );
  }

  agreeing({ space, fixed }: SampleContext): Agreeing | null {
    const kept: (readonly Scalar[])[] = [...this.#lists];
    let some = false;
    space.params.forEach(({ name, dist }, i) => {
      const at = this.#indexOf.get(name);
      if (Number.isNaN(fixed[i]) || at === undefined) return;
      some = true;
      const value = toExternal(dist, fixed[i] as number);
      kept[at] = this.#digitOf[at]?.has(value) ? [value] : [];
    });
    if (!some) return null;
    const part = treeOf(kept);
    return {
      total: part.total,
      cell: (k) => {
        const digits = part.decode(k, this.#digits);
        for (let i = 0; i < digits.length; i++)
          digits[i] = this.#digitOf[i]?.get(kept[i]?.[digits[i] as number] as Scalar) ?? -1;
        return this.#tree.encode(digits);
      },
    };
  }

  /** The cell that a note stands for, -1 when it is none of this grid's. */
  #cellOfNote(note: Json | undefined): number {
    if (typeof note !== 'object' || note === null || Array.isArray(note)) return -1;
    const { cell } = note as { readonly [key: string]: Json };
    return typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= 0 && cell < this.total ? cell : -1;
  }
}

function treeOf(lists: readonly (readonly Scalar[])[]): CellTree {
  return new CellTree(
    lists.map((list) => list.length),
    lists.map(() => null),
  );
}
