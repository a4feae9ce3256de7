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
import { Brackets } from './brackets.ts';
import { climb, isTopShare, type Ladder, type Rivals } from './climb.ts';
import { lengthOf, resourceCheck } from './resource.ts';
import { RungValues } from './rung-values.ts';

/** Options of {@link HyperbandPruner}. Names and defaults follow Optuna. */
export interface HyperbandOptions extends MetricOptions {
  /** Step of the lowest rung of the first bracket. Default: 1. */
  readonly minResource?: number;
  /**
   * Number of steps of a complete trial. Default: `'auto'`, the largest step of the first complete trial plus 1.
   * Nothing is pruned before that trial is complete.
   */
  readonly maxResource?: number | 'auto';
  /**
   * One of this many trials passes a rung, and the step of each rung is this many times that of the rung below. At
   * least 2. Default: 3.
   */
  readonly reductionFactor?: number;
  /**
   * Number of trials that are pruned at a rung before any trial passes it. Requires a fixed `maxResource`. Default: 0.
   */
  readonly bootstrapCount?: number;
}

/** State after a set of finished trials. */
export interface HyperbandState {
  /** `null` until a complete trial determines `maxResource`. */
  brackets: Brackets | null;
  /** By bracket. */
  rungs: RungValues[];
}

const optionChecks: Checks<HyperbandOptions> = {
  minResource: check.count(1),
  maxResource: resourceCheck,
  reductionFactor: check.count(2),
  bootstrapCount: check.count(0),
  ...metricChecks,
};

/**
 * Successive halving in several brackets that start to prune at different steps: the first bracket at `minResource`,
 * each further one at `reductionFactor` times that step. Trials with misleading early values survive in the late
 * brackets. Supports one objective.
 *
 * Every decision equals that of Optuna's `HyperbandPruner`. The CRC-32 of `<study name>_<trial number>` determines the
 * bracket of a trial, and a trial competes only within its bracket. A study without a name gets other brackets each
 * time. Values at rungs are stored in Optuna's attributes `completed_rung_<k>`. NaN at a rung is pruned.
 *
 * With a fixed `maxResource`, the order in which other trials finish does not affect decisions, and samplers read the
 * bracket of a trial as `history.group(row)`. The samplers of Asktell learn from all brackets, because models of one
 * bracket were no better (docs/tpe.md).
 *
 * Source: Li et al., Hyperband (2018), in the asynchronous form of Optuna 5.0.
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
      const seen = new Measurements(history, this);
      if (state.brackets === null) {
        const length = lengthOf(seen, row);
        if (length >= 0) this.#open(state, length + 1);
      }
      if (state.brackets !== null && state.brackets.count > 0)
        (state.rungs[state.brackets.of(study, row)] as RungValues).absorb(seen, row);
    },
    clone: ({ brackets, rungs }) => ({ brackets, rungs: rungs.map((values) => values.clone()) }),
  };
  /**
   * The bracket of a trial. Absent with `maxResource: 'auto'`, because the brackets are then known only after the first
   * complete trial.
   */
  readonly group?: (study: string, number: number) => number;
  readonly minResource: number;
  readonly maxResource: number | 'auto';
  readonly reductionFactor: number;
  readonly bootstrapCount: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

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
    if (maxResource !== 'auto') {
      const brackets = new Brackets(minResource, maxResource, reductionFactor);
      this.group = (study, number) => brackets.of(study, number);
    }
    const { metric, direction } = readMetric('HyperbandPruner', options);
    this.metric = metric;
    this.direction = direction;
    const given = givenMetric(this);
    this.config = { version: 1, options: { minResource, maxResource, reductionFactor, bootstrapCount, ...given } };
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
    const seen = new Measurements(ctx.history, this);
    seen.requireDirection();
    if (brackets === null || brackets.count === 0) return { prune: false };
    const { minResource, reductionFactor, bootstrapCount } = this;
    const bracket = brackets.of(ctx.study, ctx.number);
    const ladder: Ladder = {
      first: minResource * pow(reductionFactor, bracket),
      factor: reductionFactor,
      passes: (_, ahead, reached) => isTopShare(ahead, reached, reductionFactor, bootstrapCount),
    };
    const rivals: Rivals = {
      finished: rungs[bracket] as RungValues,
      includes: (row) => brackets.of(ctx.study, row) === bracket,
    };
    return climb(ladder, rivals, ctx.number, seen);
  }
}
