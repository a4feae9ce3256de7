import {
  AsktellError,
  type CellOrder,
  CellSearch,
  type Proposal,
  type SampleContext,
  seededOrder,
  sequentialOrder,
  type TrialHistory,
} from '@asktell/core';
import { CellSet } from './cell-set.ts';
import type { Grid } from './grid.ts';

/** A grid and the cells that finished trials have tried. */
export interface DealtCells {
  readonly grid: Grid;
  /** Seed of the order. */
  readonly seed: number;
  readonly tried: CellSet;
}

/** Grids of up to this many cells are searched completely. */
const fullSearchLimit = 2 ** 24;
/** Cells searched per trial in a larger grid. No study tries all cells of such a grid. */
const searchedPerTrial = 2 ** 20;

/** A search for free cells. It continues where the last search with the same fixed values ended. */
interface Search {
  /** The fixed values as a key, `''` if there are none. */
  readonly fixed: string;
  /** Whether the fixed values narrow the grid. */
  readonly isPart: boolean;
  /** Number of cells that match the fixed values. */
  readonly total: number;
  readonly cells: CellSearch;
}

/** The last searches of a state: among all cells, and among the cells that match the fixed values. */
interface Searches {
  readonly all: Search | null;
  readonly part: Search | null;
}

/** Assigns each cell of a grid to one trial. Shared by the samplers that enumerate. */
export class CellDealer {
  readonly #name: string;
  readonly #isShuffled: boolean;
  /** Cached search positions. They do not change results. */
  readonly #searches = new WeakMap<DealtCells, Searches>();

  /** @param name name of the sampler in error messages */
  constructor(name: string, order: 'shuffled' | 'sequential') {
    this.#name = name;
    this.#isShuffled = order === 'shuffled';
  }

  init(grid: Grid, seed: number): DealtCells {
    return { grid, seed, tried: new CellSet(grid.total) };
  }

  /** Adds a finished trial. All outcomes count, except trials of lost workers. */
  absorb({ grid, tried }: DealtCells, row: number, history: TrialHistory): void {
    if (history.failure(row)?.code === 'lost') return;
    const cell = grid.triedBy(row, history);
    if (cell >= 0) tried.add(cell);
  }

  clone(state: DealtCells): DealtCells {
    const copy: DealtCells = { ...state, tried: state.tried.clone() };
    const searches = this.#searches.get(state);
    if (searches !== undefined) this.#searches.set(copy, { all: cloned(searches.all), part: cloned(searches.part) });
    return copy;
  }

  /**
   * Proposes a free cell that matches the fixed values: not tried, not taken by a running trial and allowed by `where`.
   * @throws AsktellError `unsatisfiable-space` when `where` allows no cell, or almost none of more than 2^24, or when no cell
   * matches the values that the study fixes
   */
  propose(state: DealtCells, ctx: SampleContext): Proposal | 'exhausted' {
    const { grid, tried } = state;
    const taken = new Set<number>();
    for (const row of ctx.history.running) taken.add(grid.takenBy(row, ctx.history));
    const { isPart, total, cells } = this.#search(state, ctx);
    const end = total <= fullSearchLimit ? total : Math.min(total, searchedPerTrial * (tried.size + taken.size + 1));
    const cell = cells.next(
      end,
      (c) => tried.has(c) || !grid.allows(c),
      (c) => taken.has(c),
    );
    if (cell >= 0) return grid.proposal(cell, ctx);
    if (isPart && ctx.trial.enqueued.size > 0) return { x: new Float64Array(ctx.space.params.length).fill(Number.NaN) };
    if (isPart && total === 0)
      throw this.#unsatisfiable(
        `the fixed values match none of the ${grid.total} cells. Fix values that the grid contains.`,
      );
    if (end < total)
      throw this.#unsatisfiable(
        `where(…) allows no free cell among ${end} of ${total} cells. Loosen the conditions, or shrink the space to the part that satisfies them.`,
      );
    if (tried.size > 0 || taken.size > 0) return 'exhausted';
    throw this.#unsatisfiable(
      `where(…) allows none of the ${grid.total} cells. Loosen the conditions, or change the values of the parameters.`,
    );
  }

  #unsatisfiable(message: string): AsktellError {
    return new AsktellError('unsatisfiable-space', `${this.#name}: ${message}`);
  }

  #search(state: DealtCells, ctx: SampleContext): Search {
    const { fixed } = ctx;
    const key = fixed.every(Number.isNaN) ? '' : fixed.join();
    const searches = this.#searches.get(state) ?? { all: null, part: null };
    const known = key === '' ? searches.all : searches.part;
    if (known?.fixed === key) return known;
    const subgrid = key === '' ? null : state.grid.subgrid(ctx);
    const total = subgrid === null ? state.grid.total : subgrid.total;
    const order = this.#order(total, state.seed);
    const cells = new CellSearch(subgrid === null ? order : (position) => subgrid.cell(order(position)));
    const search: Search = { fixed: key, isPart: subgrid !== null, total, cells };
    this.#searches.set(state, key === '' ? { ...searches, all: search } : { ...searches, part: search });
    return search;
  }

  #order(total: number, seed: number): CellOrder {
    return this.#isShuffled ? seededOrder(total, seed) : sequentialOrder;
  }
}

function cloned(search: Search | null): Search | null {
  return search === null ? null : { ...search, cells: search.cells.clone() };
}
