import {
  AsktellError,
  type CellOrder,
  CellSearch,
  type CompiledSpace,
  type Distribution,
  type Json,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerSupport,
  type Scalar,
  seededOrder,
  sequentialOrder,
  type TrialHistory,
} from '@asktell/core';
import { CellSet } from './cell-set.ts';
import { DeclaredGrid } from './declared-grid.ts';
import type { Grid } from './grid.ts';
import { NamedGrid } from './named-grid.ts';
import { type CheckedGridOptions, checkGridOptions, type GridOptions } from './options.ts';

/** What the grid sampler remembers: the cells tried by finished trials. */
export interface GridState {
  readonly grid: Grid;
  readonly tried: CellSet;
}

/**
 * Tries every combination of the values once, then says `exhausted`. Exact across workers: cells are handed out inside the ask
 * transaction, where running trials count as taken; the cell of a lost worker becomes free again. Cells that `where` forbids are skipped.
 *
 * For a declared space the grid is the space itself (all choices, all values of stepped ranges), completed or overridden by `grid` and `points`;
 * only active parameters of a `oneOf` multiply. A define-by-run study needs `grid`; all combinations are distinct there,
 * also those that differ in names which the objective did not ask for.
 *
 * An enqueued trial takes a cell that agrees with its fixed values; when none is left it runs as it is, free parameters drawn uniformly.
 * Below a `PartialFixedSampler` only such cells are tried.
 *
 * Growth: none; a proposal costs O(parameters × (running trials + cells forbidden since the last one)), the state one bit a cell
 * (16 million cells and more: about 40 bytes a trial).
 *
 * @example
 * const space = { lr: float(1e-4, 1e-1, { log: true }), act: categorical(['relu', 'tanh']) };
 * const study = await createStudy({ space, sampler: new GridSampler({ points: { lr: 5 } }) });
 * await study.optimize(objective); // 10 trials
 */
export class GridSampler implements Sampler<GridState> {
  readonly name = 'grid';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, allows: true, exclusive: true };
  declare readonly seed?: number;
  readonly #options: CheckedGridOptions;
  /** Where the last search in each state ended: saves looking at the same cells again, changes no result. */
  readonly #searches = new WeakMap<GridState, CellSearch>();

  /** @throws AsktellError `invalid-argument` */
  constructor(options: GridOptions = {}) {
    const checked = checkGridOptions(options);
    const { grid, points, order, seed } = checked;
    this.#options = checked;
    if (seed !== undefined) this.seed = seed;
    this.config = {
      version: 1,
      options: {
        ...(grid.size === 0 ? {} : { grid: Object.fromEntries(grid) }),
        ...(points.size === 0 ? {} : { points: Object.fromEntries(points) }),
        order,
        ...(seed === undefined ? {} : { seed }),
      },
    };
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): GridSampler {
    return new GridSampler(options as unknown as GridOptions);
  }

  /** @throws AsktellError `invalid-argument` when the options and the space make no grid */
  init(space: CompiledSpace): GridState {
    const grid = space.origin === 'declared' ? new DeclaredGrid(space, this.#options) : new NamedGrid(this.#options);
    return { grid, tried: new CellSet(grid.total) };
  }

  absorb(state: GridState, row: number, history: TrialHistory): void {
    if (history.failure(row)?.code === 'lost') return;
    const cell = state.grid.triedBy(row, history);
    if (cell >= 0) state.tried.add(cell);
  }

  clone(state: GridState): GridState {
    const copy: GridState = { grid: state.grid, tried: state.tried.clone() };
    const search = this.#searches.get(state);
    if (search !== undefined) this.#searches.set(copy, search.clone());
    return copy;
  }

  /** @throws AsktellError `unsatisfiable-space` when `where` allows no cell at all */
  propose(state: GridState, ctx: SampleContext): Proposal | 'exhausted' {
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
      `GridSampler: where(…) allows none of the ${grid.total} cells; loosen the conditions or give other values.`,
    );
  }

  #search(state: GridState, seed: number): CellSearch {
    let search = this.#searches.get(state);
    if (search === undefined) {
      search = new CellSearch(this.#order(state.grid.total, seed));
      this.#searches.set(state, search);
    }
    return search;
  }

  #order(total: number, seed: number): CellOrder {
    return this.#options.order === 'sequential' ? sequentialOrder : seededOrder(total, seed);
  }

  /**
   * A parameter that the proposal left open: define-by-run, the value that the trial's cell has for `name`.
   * @throws AsktellError `invalid-argument` for a name without values, and for a value outside `dist`
   */
  sampleOne(state: GridState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return state.grid.sampleOne(ctx, name, dist);
  }
}
