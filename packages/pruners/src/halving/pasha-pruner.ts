import {
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
import { climb, isTopShare, type Ladder, type Rivals } from './climb.ts';
import { autoMinResource, lengthOf, resourceCheck } from './resource.ts';
import { RungValues } from './rung-values.ts';
import { TopRanking } from './top-ranking.ts';

/** The rungs of {@link PashaPruner}. */
export interface PashaOptions {
  /**
   * Step of the lowest rung. Default `'auto'`: a hundredth of the largest step of the first complete trial, at least 1.
   * Nothing is pruned before that trial.
   */
  readonly minResource?: number | 'auto';
  /**
   * At each rung one of this many trials goes on, and the next rung is at this many times the step. At least 2, default
   * 3.
   */
  readonly reductionFactor?: number;
}

/** What PASHA remembers of the finished trials. It depends on the order in which they finished. */
export interface PashaState {
  minResource: number | null;
  readonly rungs: RungValues;
  readonly top: TopRanking;
}

const optionChecks: Checks<PashaOptions> = { minResource: resourceCheck, reductionFactor: check.count(2) };

/**
 * Successive halving with a highest rung that rises only while it is needed: while the best trials there are ranked
 * otherwise than one rung below. At first it is the second rung. Once the ranking is settled, few trials run longer,
 * which saves most where trials are long. Bohdal et al., PASHA: Efficient HPO and NAS with Progressive Resource
 * Allocation (ICLR 2023).
 *
 * The paper pauses trials at the highest rung and trains the winner again in the end. Here a trial goes on from there
 * only while it is the best that has reached the rung, so that a study has complete trials. The best trial so far
 * passes every rung. NaN at a rung prunes.
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
      const length = state.minResource === null ? lengthOf(history, row) : -1;
      if (length >= 0) state.minResource = autoMinResource(length);
      state.rungs.absorb(history, row);
      state.top.absorb(history, row, directionOf(this.name, history) === 'maximize' ? -1 : 1);
    },
    clone: ({ minResource, rungs, top }) => ({ minResource, rungs: rungs.clone(), top: top.clone() }),
  };
  readonly minResource: number | 'auto';
  readonly reductionFactor: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: PashaOptions = {}) {
    checkOptions('PashaPruner', options, optionChecks);
    const { minResource = 'auto', reductionFactor = 3 } = options;
    this.minResource = minResource;
    this.reductionFactor = reductionFactor;
    this.config = { version: 1, options: { minResource, reductionFactor } };
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
    const direction = directionOf(this.name, ctx.history);
    if (minResource === null) return { prune: false };
    const ladder: Ladder = {
      first: minResource,
      factor: this.reductionFactor,
      passes: (rung, ahead, reached) =>
        rung < top.rung ? isTopShare(ahead, reached, this.reductionFactor, 0) : ahead === 0,
    };
    const rivals: Rivals = { finished: rungs, includes: () => true };
    return climb(ladder, rivals, ctx, direction);
  }
}
