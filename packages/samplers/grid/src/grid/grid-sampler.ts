import type {
  CompiledSpace,
  Distribution,
  Json,
  Proposal,
  SampleContext,
  Sampler,
  SamplerFoldContext,
  SamplerSupport,
  Scalar,
  StateFold,
} from '@asktell/core';
import { CellDealer, type DealtCells } from './cell-dealer.ts';
import { DeclaredGrid } from './declared-grid.ts';
import type { Grid } from './grid.ts';
import { NamedGrid } from './named-grid.ts';
import { type CheckedGridOptions, checkGridOptions, type GridOptions } from './options.ts';

/** What the grid sampler remembers: the cells tried by finished trials. */
export type GridState = DealtCells;

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
  static readonly savedName = 'grid';
  readonly name = 'grid';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, exclusive: 'enumerates' };
  declare readonly seed?: number;
  readonly fold: StateFold<GridState, SamplerFoldContext> = {
    init: ({ space, seed }) => this.#dealer.init(this.#grid(space), seed),
    absorb: (state, row, { history }) => this.#dealer.absorb(state, row, history),
    clone: (state) => this.#dealer.clone(state),
  };
  readonly #options: CheckedGridOptions;
  readonly #dealer: CellDealer;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: GridOptions = {}) {
    const checked = checkGridOptions(options);
    const { grid, points, order, seed } = checked;
    this.#options = checked;
    this.#dealer = new CellDealer('GridSampler', order);
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
  #grid(space: CompiledSpace): Grid {
    return space.origin === 'declared' ? new DeclaredGrid(space, this.#options) : new NamedGrid(this.#options);
  }

  /** @throws AsktellError `unsatisfiable-space` when `where` allows no cell at all, or next to none of a vast grid */
  propose(state: GridState, ctx: SampleContext): Proposal | 'exhausted' {
    return this.#dealer.propose(state, ctx);
  }

  /**
   * A parameter that the proposal left open: define-by-run, the value that the trial's cell has for `name`.
   * @throws AsktellError `invalid-argument` for a name without values, and for a value outside `dist`
   */
  sampleOne(state: GridState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return state.grid.sampleOne(ctx, name, dist);
  }
}
