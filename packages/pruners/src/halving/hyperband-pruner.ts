import {
  AsktellError,
  type Checks,
  check,
  checkOptions,
  type Json,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
} from '@asktell/core';
import { directionOf } from '../rules/direction.ts';
import { Brackets } from './brackets.ts';
import { climb, isTopShare, type Ladder, type Rivals } from './climb.ts';
import { lengthOf, resourceCheck } from './resource.ts';
import { RungValues } from './rung-values.ts';

/** The brackets of {@link HyperbandPruner}. Optuna's options and defaults. */
export interface HyperbandOptions {
  /** Step of the lowest rung of the first bracket. Default: 1. */
  readonly minResource?: number;
  /**
   * Number of steps of a trial that runs to its end. Default `'auto'`: what the first complete trial took, its largest
   * step plus 1. Nothing is pruned before that trial.
   */
  readonly maxResource?: number | 'auto';
  /**
   * At each rung one of this many trials goes on, and the next rung is at this many times the step. At least 2, default
   * 3.
   */
  readonly reductionFactor?: number;
  /**
   * How many trials have to reach a rung, and stop there, before one passes it. Default 0. Needs a fixed `maxResource`.
   */
  readonly bootstrapCount?: number;
}

/** What Hyperband remembers of the finished trials. */
export interface HyperbandState {
  /** `null`: no trial has been complete that would tell. */
  brackets: Brackets | null;
  /** By bracket. */
  rungs: RungValues[];
}

const optionChecks: Checks<HyperbandOptions> = {
  minResource: check.count(1),
  maxResource: resourceCheck,
  reductionFactor: check.count(2),
  bootstrapCount: check.count(0),
};

/**
 * Successive halving in several brackets, which begin to prune at different steps: the first bracket at `minResource`,
 * each further one at `reductionFactor` times that. Trials whose early values mislead survive in the late brackets. Li
 * et al., Hyperband (2018), in the asynchronous form of Optuna's `HyperbandPruner`, decision by decision.
 *
 * A trial belongs to the bracket that the CRC-32 of `<study name>_<trial number>` gives it, and competes with trials of
 * its bracket only. Name the study to get the same brackets again. Values at rungs are stored in Optuna's attributes
 * `completed_rung_<k>`. NaN at a rung prunes.
 *
 * With a fixed `maxResource` the order in which other trials finish does not matter.
 *
 * @example
 * const study = await createStudy({ name: 'digits', pruner: new HyperbandPruner({ maxResource: 81 }) });
 */
export class HyperbandPruner implements Pruner<HyperbandState> {
  static readonly savedName = 'hyperband';
  readonly name = 'hyperband';
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads = 'running';
  readonly fold: StateFold<HyperbandState, PrunerFoldContext> = {
    init: () => {
      const state: HyperbandState = { brackets: null, rungs: [] };
      if (this.maxResource !== 'auto') this.#open(state, this.maxResource);
      return state;
    },
    absorb: (state, row, { history, study }) => {
      if (state.brackets === null) {
        const length = lengthOf(history, row);
        if (length >= 0) this.#open(state, length + 1);
      }
      if (state.brackets !== null && state.brackets.count > 0)
        (state.rungs[state.brackets.of(study, row)] as RungValues).absorb(history, row);
    },
    clone: ({ brackets, rungs }) => ({ brackets, rungs: rungs.map((values) => values.clone()) }),
  };
  readonly minResource: number;
  readonly maxResource: number | 'auto';
  readonly reductionFactor: number;
  readonly bootstrapCount: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: HyperbandOptions = {}) {
    checkOptions('HyperbandPruner', options, optionChecks);
    const { minResource = 1, maxResource = 'auto', reductionFactor = 3, bootstrapCount = 0 } = options;
    if (maxResource !== 'auto' && maxResource < minResource)
      throw new AsktellError(
        'invalid-argument',
        `HyperbandPruner: maxResource must be at least minResource, but ${maxResource} < ${minResource}.`,
      );
    if (bootstrapCount > 0 && maxResource === 'auto')
      throw new AsktellError(
        'invalid-argument',
        `HyperbandPruner: bootstrapCount ${bootstrapCount} needs a fixed maxResource. Give a number of steps instead of 'auto'.`,
      );
    this.minResource = minResource;
    this.maxResource = maxResource;
    this.reductionFactor = reductionFactor;
    this.bootstrapCount = bootstrapCount;
    this.config = { version: 1, options: { minResource, maxResource, reductionFactor, bootstrapCount } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): HyperbandPruner {
    return new HyperbandPruner(options as HyperbandOptions);
  }

  #open(state: HyperbandState, maxResource: number): void {
    state.brackets = new Brackets(this.minResource, maxResource, this.reductionFactor);
    state.rungs = state.brackets.shares.map(() => new RungValues());
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide({ brackets, rungs }: HyperbandState, ctx: PruneContext): PruneDecision {
    const direction = directionOf(this.name, ctx.history);
    if (brackets === null || brackets.count === 0) return { prune: false };
    const { minResource, reductionFactor, bootstrapCount } = this;
    const bracket = brackets.of(ctx.study, ctx.number);
    const ladder: Ladder = {
      first: minResource * reductionFactor ** bracket,
      factor: reductionFactor,
      passes: (_, ahead, reached) => isTopShare(ahead, reached, reductionFactor, bootstrapCount),
    };
    const rivals: Rivals = {
      finished: rungs[bracket] as RungValues,
      includes: (row) => brackets.of(ctx.study, row) === bracket,
    };
    return climb(ladder, rivals, ctx, direction);
  }
}
