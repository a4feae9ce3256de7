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
import { DefineByRunGrid } from './define-by-run-grid.ts';
import type { Grid } from './grid.ts';
import { type CheckedGridOptions, checkGridOptions, type GridOptions } from './options.ts';

/** State of the sampler: the cells tried by finished trials. */
export type GridState = DealtCells;

/**
 * Tries every combination of values once. Then it returns `exhausted`, which ends `optimize`. Exact across workers: cells are
 * assigned inside the ask transaction, where the cells of running trials are taken. The cell of a lost worker becomes free
 * again. Cells that `where` forbids are skipped.
 *
 * In a declared space the values are all choices and all values of stepped ranges, unless `grid` or `points` override them.
 * The branches of a `oneOf` add up instead of multiplying. A define-by-run study needs `grid`. There all combinations are
 * distinct, even if they differ only in names that the objective does not suggest.
 *
 * An enqueued trial takes a cell that matches its values. If no such cell is free, its free parameters are drawn uniformly.
 * With a `PartialFixedSampler` only the cells that match the fixed values are tried.
 *
 * Cost: a proposal takes O(parameters × (running trials + forbidden cells since the last proposal)), independent of the number
 * of finished trials. The state takes one bit per cell, or about 40 bytes per trial for more than 16 million cells.
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
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): GridSampler {
    return new GridSampler(options as unknown as GridOptions);
  }

  /** @throws AsktellError `invalid-argument` for options that do not fit the space, and for more than 2^52 cells */
  #grid(space: CompiledSpace): Grid {
    return space.origin === 'declared' ? new DeclaredGrid(space, this.#options) : new DefineByRunGrid(this.#options);
  }

  /**
   * @throws AsktellError `unsatisfiable-space` when `where` allows no cell, or almost none of more than 2^24, or when no cell
   * matches the values that the study fixes
   */
  propose(state: GridState, ctx: SampleContext): Proposal | 'exhausted' {
    return this.#dealer.propose(state, ctx);
  }

  /**
   * Samples a parameter that was not proposed. In a define-by-run study this is the value in the trial's cell.
   * @throws AsktellError `invalid-argument` for a name without values, and for a value outside `dist`
   */
  sampleOne(state: GridState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return state.grid.sampleOne(ctx, name, dist);
  }
}
