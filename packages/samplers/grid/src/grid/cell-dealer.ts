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
  readonly tried: CellSet;
}

/** Deals out the cells of a grid, each once: what samplers that enumerate have in common. */
export class CellDealer {
  readonly #name: string;
  readonly #isShuffled: boolean;
  /** Where the last search in each state ended: saves looking at the same cells again, changes no result. */
  readonly #searches = new WeakMap<DealtCells, CellSearch>();

  /** @param name of the sampler, for messages */
  constructor(name: string, order: 'shuffled' | 'sequential') {
    this.#name = name;
    this.#isShuffled = order === 'shuffled';
  }

  init(grid: Grid): DealtCells {
    return { grid, tried: new CellSet(grid.total) };
  }

  /** A trial of any outcome has tried its cell, unless its worker was lost. */
  absorb({ grid, tried }: DealtCells, row: number, history: TrialHistory): void {
    if (history.failure(row)?.code === 'lost') return;
    const cell = grid.triedBy(row, history);
    if (cell >= 0) tried.add(cell);
  }

  clone(state: DealtCells): DealtCells {
    const copy: DealtCells = { grid: state.grid, tried: state.tried.clone() };
    const search = this.#searches.get(state);
    if (search !== undefined) this.#searches.set(copy, search.clone());
    return copy;
  }

  /**
   * A cell that is neither tried nor taken by a running trial nor forbidden, and agrees with what is fixed.
   * @throws AsktellError `unsatisfiable-space` when `where` allows no cell at all
   */
  propose(state: DealtCells, ctx: SampleContext): Proposal | 'exhausted' {
    const { grid, tried } = state;
    const taken = new Set<number>();
    for (const row of ctx.history.running) taken.add(grid.takenBy(row, ctx.history));
    const agreeing = grid.agreeing(ctx);
    if (agreeing !== null) {
      const order = this.#order(agreeing.total, ctx.seed);
      for (let k = 0; k < agreeing.total; k++) {
        const cell = agreeing.cell(order(k));
        if (!tried.has(cell) && !taken.has(cell) && grid.allows(cell)) return grid.proposal(cell, ctx);
      }
      if (ctx.enqueued.size > 0) return { x: new Float64Array(ctx.space.params.length).fill(Number.NaN) };
      if (agreeing.total === 0)
        throw new AsktellError(
          'unsatisfiable-space',
          `${this.#name}: none of the ${grid.total} cells agrees with what is fixed; fix one of their values.`,
        );
    } else {
      const cell = this.#search(state, ctx.seed).next(
        grid.total,
        (c) => tried.has(c) || !grid.allows(c),
        (c) => taken.has(c),
      );
      if (cell >= 0) return grid.proposal(cell, ctx);
    }
    if (tried.size > 0 || taken.size > 0) return 'exhausted';
    throw new AsktellError(
      'unsatisfiable-space',
      `${this.#name}: where(…) allows none of the ${grid.total} cells; loosen the conditions or give other values.`,
    );
  }

  #search(state: DealtCells, seed: number): CellSearch {
    let search = this.#searches.get(state);
    if (search === undefined) {
      search = new CellSearch(this.#order(state.grid.total, seed));
      this.#searches.set(state, search);
    }
    return search;
  }

  #order(total: number, seed: number): CellOrder {
    return this.#isShuffled ? seededOrder(total, seed) : sequentialOrder;
  }
}
