import {
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
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';
import { climb, isTopShare, type Ladder, type Rivals } from './climb.ts';
import { autoMinResource, lengthOf, resourceCheck } from './resource.ts';
import { RungValues } from './rung-values.ts';
import { TopRanking } from './top-ranking.ts';

/** Options of {@link PashaPruner}. */
export interface PashaOptions extends MetricOptions {
  /**
   * Step of the lowest rung. Default `'auto'`: a hundredth of the largest step of the first complete trial, at least 1.
   * Nothing is pruned before that trial.
   */
  readonly minResource?: number | 'auto';
  /**
   * One of this many trials passes a rung, and the step of each rung is this many times that of the rung below. At
   * least 2. Default: 3.
   */
  readonly reductionFactor?: number;
}

/** State after a sequence of finished trials. It depends on their order. */
export interface PashaState {
  minResource: number | null;
  readonly rungs: RungValues;
  readonly top: TopRanking;
}

const optionChecks: Checks<PashaOptions> = {
  minResource: resourceCheck,
  reductionFactor: check.count(2),
  ...metricChecks,
};

/**
 * Successive halving with a highest rung that rises only while the best trials at this rung and at the rung below are
 * ranked differently. The first highest rung is the second one. When the ranking is stable, few trials run longer. This
 * saves most if trials are long. Supports one objective.
 *
 * The paper pauses trials at the highest rung and finally trains the best one again. Here a trial passes the highest
 * rung only if it is the best trial there, so that some trials are complete. The best trial so far passes every rung.
 * NaN at a rung is pruned.
 *
 * Source: Bohdal et al., PASHA: Efficient HPO and NAS with Progressive Resource Allocation (ICLR 2023).
 *
 * Values at rungs are stored in Optuna's attributes `completed_rung_<k>`.
 *
 * @example
 * const study = await createStudy({ pruner: new PashaPruner({ minResource: 1 }) });
 */
export class PashaPruner implements Pruner<PashaState> {
  static readonly savedName = 'pasha';
  readonly name = 'pasha';
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads = 'running';
  readonly fold: StateFold<PashaState, PrunerFoldContext> = {
    init: () => ({
      minResource: this.minResource === 'auto' ? null : this.minResource,
      rungs: new RungValues(),
      top: new TopRanking(1),
    }),
    absorb: (state, row, { history }) => {
      const seen = new Measurements(history, this);
      const length = state.minResource === null ? lengthOf(seen, row) : -1;
      if (length >= 0) state.minResource = autoMinResource(length);
      state.rungs.absorb(seen, row);
      state.top.absorb(seen, row);
    },
    clone: ({ minResource, rungs, top }) => ({ minResource, rungs: rungs.clone(), top: top.clone() }),
  };
  readonly minResource: number | 'auto';
  readonly reductionFactor: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: PashaOptions = {}) {
    checkOptions('PashaPruner', options, optionChecks);
    const { minResource = 'auto', reductionFactor = 3 } = options;
    this.minResource = minResource;
    this.reductionFactor = reductionFactor;
    const { metric, direction } = readMetric('PashaPruner', options);
    this.metric = metric;
    this.direction = direction;
    const given = givenMetric(this);
    this.config = { version: 1, options: { minResource, reductionFactor, ...given } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): PashaPruner {
    return new PashaPruner(options as PashaOptions);
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide({ minResource, rungs, top }: PashaState, ctx: PruneContext): PruneDecision {
    const seen = new Measurements(ctx.history, this);
    seen.requireDirection();
    if (minResource === null) return { prune: false };
    const ladder: Ladder = {
      first: minResource,
      factor: this.reductionFactor,
      passes: (rung, ahead, reached) =>
        rung < top.rung ? isTopShare(ahead, reached, this.reductionFactor, 0) : ahead === 0,
    };
    const rivals: Rivals = { finished: rungs, includes: () => true };
    return climb(ladder, rivals, ctx.number, seen);
  }
}
