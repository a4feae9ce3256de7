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
import type { Grid, Subgrid } from './grid.ts';
import { badGrid, type CheckedGridOptions } from './options.ts';

/**
 * The grid of a define-by-run study: all combinations of the listed values. The names that a trial will suggest are unknown,
 * so cells are distinct even if they differ only in names that the trial does not suggest. The note of a proposal stores its
 * cell.
 */
export class DefineByRunGrid implements Grid {
  readonly total: number;
  readonly #names: readonly string[];
  readonly #lists: readonly (readonly Scalar[])[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #digitOf: readonly ReadonlyMap<Scalar, number>[];
  readonly #tree: CellTree;
  readonly #digits: Int32Array;

  /** @throws AsktellError `invalid-argument` when the options list no values, set `points`, or give more than 2^52 cells */
  constructor(options: CheckedGridOptions) {
    if (options.points.size > 0)
      throw badGrid(
        'points must not be set in a define-by-run study, because its ranges are not known in advance. List the values in grid.',
      );
    if (options.grid.size === 0) {
      throw badGrid(
        'grid must be set in a define-by-run study, because its space is not known in advance. List the values with new GridSampler({ grid: { x: [0, 0.5, 1] } }), or declare the space: ask(space).',
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
      throw badGrid(
        `the grid must have at most 2^52 cells, not about ${this.total.toPrecision(2)}. List fewer values.`,
      );
  }

  /**
   * Reads the cell from the values of the trial. Enqueued values may differ from the note. The note supplies the values of
   * names that the trial did not suggest, and of names whose range has a single value.
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

  /** Reads only the note, because the stored values of a running trial depend on the time of reading. */
  takenBy(row: number, history: TrialHistory): number {
    return this.#cellOfNote(history.note(row));
  }

  allows(): boolean {
    return true;
  }

  proposal(cell: number, { space }: SampleContext): Proposal {
    return { x: new Float64Array(space.params.length).fill(Number.NaN), note: { cell } };
  }

  /** The value in the trial's cell. Draws uniformly for a trial without a cell, whose fixed values match no free cell. */
  sampleOne(ctx: SampleContext, name: string, dist: Distribution): Scalar {
    const cell = this.#cellOfNote(ctx.trial.note);
    if (cell < 0) return drawUniform(dist, ctx.rng(name));
    const i = this.#indexOf.get(name);
    if (i === undefined)
      throw badGrid(
        `the grid has no values for the suggested parameter ${show(name)}. Add them: grid: { ${show(name)}: […] }.`,
      );
    const value = this.#lists[i]?.[this.#tree.decode(cell, this.#digits)[i] as number] as Scalar;
    if (contains(dist, value)) return value;
    throw badGrid(
      `the values of ${show(name)} must be members of ${describe(dist)}, not ${show(value)}. Change the grid or the range.`,
    );
  }

  subgrid({ space, fixed }: SampleContext): Subgrid | null {
    const kept: (readonly Scalar[])[] = [...this.#lists];
    let isNarrowed = false;
    space.params.forEach(({ name, dist }, i) => {
      const at = this.#indexOf.get(name);
      if (Number.isNaN(fixed[i]) || at === undefined) return;
      isNarrowed = true;
      const value = toExternal(dist, fixed[i] as number);
      kept[at] = this.#digitOf[at]?.has(value) ? [value] : [];
    });
    if (!isNarrowed) return null;
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

  /** The cell in a note, -1 if it is not a cell of this grid. */
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
