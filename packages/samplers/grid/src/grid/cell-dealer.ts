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

/** Which cells of a grid finished trials have tried. */
export interface DealtCells {
  readonly grid: Grid;
  /** Decides the order. */
  readonly seed: number;
  readonly tried: CellSet;
}

/** Grids of up to so many cells are searched to the end; of larger ones, which no study finishes, only so many cells a trial are looked at. */
const mostSearched = 2 ** 24;
const lookedAt = 2 ** 20;

/** Where to look for free cells, from where the last look ended. */
interface Search {
  /** What is fixed, as a key. */
  readonly fixed: string;
  /** Whether it narrows the grid. */
  readonly isPart: boolean;
  /** How many cells agree with it. */
  readonly total: number;
  readonly cells: CellSearch;
}

/** The last searches in a state: among all cells, and among those that agree with what is fixed. */
interface Searches {
  readonly all: Search | null;
  readonly part: Search | null;
}

/** Deals out the cells of a grid, each once: what samplers that enumerate have in common. */
export class CellDealer {
  readonly #name: string;
  readonly #isShuffled: boolean;
  /** Save looking at the same cells again, change no result. */
  readonly #searches = new WeakMap<DealtCells, Searches>();

  /** @param name of the sampler, for messages */
  constructor(name: string, order: 'shuffled' | 'sequential') {
    this.#name = name;
    this.#isShuffled = order === 'shuffled';
  }

  init(grid: Grid, seed: number): DealtCells {
    return { grid, seed, tried: new CellSet(grid.total) };
  }

  /** A trial of any outcome has tried its cell, unless its worker was lost. */
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
   * A cell that is neither tried nor taken by a running trial nor forbidden, and agrees with what is fixed.
   * @throws AsktellError `unsatisfiable-space` when `where` allows no cell at all, or next to none of a very large grid
   */
  propose(state: DealtCells, ctx: SampleContext): Proposal | 'exhausted' {
    const { grid, tried } = state;
    const taken = new Set<number>();
    for (const row of ctx.history.running) taken.add(grid.takenBy(row, ctx.history));
    const { isPart, total, cells } = this.#search(state, ctx);
    const end = total <= mostSearched ? total : Math.min(total, lookedAt * (tried.size + taken.size + 1));
    const cell = cells.next(
      end,
      (c) => tried.has(c) || !grid.allows(c),
      (c) => taken.has(c),
    );
    if (cell >= 0) return grid.proposal(cell, ctx);
    if (isPart && ctx.trial.enqueued.size > 0) return { x: new Float64Array(ctx.space.params.length).fill(Number.NaN) };
    if (isPart && total === 0)
      throw this.#unsatisfiable(`none of the ${grid.total} cells agrees with what is fixed; fix one of their values.`);
    if (end < total)
      throw this.#unsatisfiable(
        `no free cell that where(…) allows is among ${end} of ${total} cells; loosen the conditions, or shrink the space to where they hold.`,
      );
    if (tried.size > 0 || taken.size > 0) return 'exhausted';
    throw this.#unsatisfiable(
      `where(…) allows none of the ${grid.total} cells; loosen the conditions or give other values.`,
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
    const agreeing = key === '' ? null : state.grid.agreeing(ctx);
    const total = agreeing === null ? state.grid.total : agreeing.total;
    const order = this.#order(total, state.seed);
    const cells = new CellSearch(agreeing === null ? order : (position) => agreeing.cell(order(position)));
    const made: Search = { fixed: key, isPart: agreeing !== null, total, cells };
    this.#searches.set(state, key === '' ? { ...searches, all: made } : { ...searches, part: made });
    return made;
  }

  #order(total: number, seed: number): CellOrder {
    return this.#isShuffled ? seededOrder(total, seed) : sequentialOrder;
  }
}

function cloned(search: Search | null): Search | null {
  return search === null ? null : { ...search, cells: search.cells.clone() };
}
