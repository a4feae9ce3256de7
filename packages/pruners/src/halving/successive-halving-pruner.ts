import {
  AsktellError,
  type Checks,
  check,
  checkOptions,
  type Direction,
  type Json,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
} from '@asktell/core';
import { pow } from '@asktell/numerics/elementary';
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';
import { climb, isTopShare, type Ladder, type Rivals } from './climb.ts';
import { autoMinResource, lengthOf, resourceCheck } from './resource.ts';
import { RungValues } from './rung-values.ts';

/** Options of {@link SuccessiveHalvingPruner}. Names and defaults follow Optuna. */
export interface SuccessiveHalvingOptions extends MetricOptions {
  /**
   * Step of the lowest rung. Default `'auto'`: a hundredth of the largest step of the first complete trial, at least 1.
   * Nothing is pruned before that trial.
   */
  readonly minResource?: number | 'auto';
  /**
   * One of this many trials passes a rung, and the step of each rung is this many times that of the rung below. At
   * least 2. Default: 4.
   */
  readonly reductionFactor?: number;
  /** Number of lowest rungs to skip. Default: 0. */
  readonly minEarlyStoppingRate?: number;
  /**
   * Number of trials that are pruned at a rung before any trial passes it. Requires a fixed `minResource`. Default: 0.
   */
  readonly bootstrapCount?: number;
}

/** State after a set of finished trials. */
export interface HalvingState {
  /** Step of the lowest rung. `null` until a complete trial determines it. */
  minResource: number | null;
  readonly rungs: RungValues;
}

const optionChecks: Checks<SuccessiveHalvingOptions> = {
  minResource: resourceCheck,
  reductionFactor: check.count(2),
  minEarlyStoppingRate: check.count(0),
  bootstrapCount: check.count(0),
  ...metricChecks,
};

/**
 * Prunes a trial at a rung unless its value is among the best `1 / reductionFactor` of all values at this rung. Rungs
 * are the steps `minResource`, `minResource × reductionFactor`, and so on. The best trial so far passes every rung. NaN
 * at a rung is pruned. Supports one objective.
 *
 * Every decision equals that of Optuna's `SuccessiveHalvingPruner`. Values at rungs are stored in its attributes
 * `completed_rung_<k>`, so Python and Node workers on one study compare their trials. With a fixed `minResource`, the
 * order in which other trials finish does not affect decisions.
 *
 * A decision takes microseconds at 10,000 trials. The state has 8 to 16 bytes per rung that a trial has reached.
 * Source: Li et al., A System for Massively Parallel Hyperparameter Tuning (2020), known as ASHA, in the form that
 * stops trials and never resumes them.
 *
 * @example
 * const study = await createStudy({ pruner: new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 3 }) });
 */
export class SuccessiveHalvingPruner implements Pruner<HalvingState> {
  static readonly savedName = 'successive-halving';
  readonly name = 'successive-halving';
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads = 'running';
  readonly fold: StateFold<HalvingState, PrunerFoldContext> = {
    init: () => ({ minResource: this.minResource === 'auto' ? null : this.minResource, rungs: new RungValues() }),
    absorb: (state, row, { history }) => {
      const seen = new Measurements(history, this);
      const length = state.minResource === null ? lengthOf(seen, row) : -1;
      if (length >= 0) state.minResource = autoMinResource(length);
      state.rungs.absorb(seen, row);
    },
    clone: ({ minResource, rungs }) => ({ minResource, rungs: rungs.clone() }),
  };
  readonly minResource: number | 'auto';
  readonly reductionFactor: number;
  readonly minEarlyStoppingRate: number;
  readonly bootstrapCount: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: SuccessiveHalvingOptions = {}) {
    checkOptions('SuccessiveHalvingPruner', options, optionChecks);
    const { minResource = 'auto', reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
    if (bootstrapCount > 0 && minResource === 'auto')
      throw new AsktellError(
        'invalid-argument',
        `SuccessiveHalvingPruner: bootstrapCount ${bootstrapCount} needs a fixed minResource. Give a number of steps instead of 'auto'.`,
      );
    this.minResource = minResource;
    this.reductionFactor = reductionFactor;
    this.minEarlyStoppingRate = minEarlyStoppingRate;
    this.bootstrapCount = bootstrapCount;
    const { metric, direction } = readMetric('SuccessiveHalvingPruner', options);
    this.metric = metric;
    this.direction = direction;
    const given = givenMetric(this);
    this.config = {
      version: 1,
      options: { minResource, reductionFactor, minEarlyStoppingRate, bootstrapCount, ...given },
    };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): SuccessiveHalvingPruner {
    return new SuccessiveHalvingPruner(options as SuccessiveHalvingOptions);
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide({ minResource, rungs }: HalvingState, ctx: PruneContext): PruneDecision {
    const seen = new Measurements(ctx.history, this);
    seen.requireDirection();
    if (minResource === null) return { prune: false };
    const { reductionFactor, minEarlyStoppingRate, bootstrapCount } = this;
    const ladder: Ladder = {
      first: minResource * pow(reductionFactor, minEarlyStoppingRate),
      factor: reductionFactor,
      passes: (_, ahead, reached) => isTopShare(ahead, reached, reductionFactor, bootstrapCount),
    };
    const rivals: Rivals = { finished: rungs, includes: () => true };
    return climb(ladder, rivals, ctx.number, seen);
  }
}
