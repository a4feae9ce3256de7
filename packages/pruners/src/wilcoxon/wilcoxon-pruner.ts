import {
  type Checks,
  check,
  checkOptions,
  type Direction,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
  type TrialReports,
} from '@asktell/core';
import { isBetter } from '../rules/direction.ts';
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';
import { signedRankGreater } from './signed-rank.ts';

/** Options of {@link WilcoxonPruner}. Names and defaults follow Optuna. */
export interface WilcoxonOptions extends MetricOptions {
  /** A trial is pruned if the p-value is below this number from 0 to 1. Default: 0.1. */
  readonly pThreshold?: number;
  /** Minimum number of steps that both trials have reported. Values below 2 count as 2. Default: 2. */
  readonly startupSteps?: number;
}

/** State after a set of finished trials. It does not depend on their order. */
export interface BestTrial {
  /** The best complete and feasible trial, the first one among equals, or -1. */
  row: number;
}

const optionChecks: Checks<WilcoxonOptions> = {
  pThreshold: must('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
  startupSteps: check.count(0),
  ...metricChecks,
};

/**
 * Prunes a trial that is significantly worse than the best trial. A step is not a time but an instance, such as a fold
 * of a cross-validation, a problem or a game. Wilcoxon's signed-rank test compares the two trials at their common
 * steps. Supports one objective.
 *
 * Report the value of each instance, not a running mean, and use the same step for the same instance in each trial. The
 * instances are best evaluated in a random order that differs between trials.
 *
 * Every decision equals that of Optuna's `WilcoxonPruner`. A trial is never pruned if its mean is not worse than that
 * of the best trial, or if one of the two has reported NaN or an infinity. The test is repeated at every report, so an
 * equally good trial is pruned with a probability above `pThreshold`.
 *
 * @example
 * const study = await createStudy({ pruner: new WilcoxonPruner({ pThreshold: 0.05 }) });
 */
export class WilcoxonPruner implements Pruner<BestTrial> {
  static readonly savedName = 'wilcoxon';
  readonly name = 'wilcoxon';
  readonly config: { readonly version: number; readonly options: Json };
  readonly fold: StateFold<BestTrial, PrunerFoldContext> = {
    init: () => ({ row: -1 }),
    absorb: (state, row, { history }) => {
      const seen = new Measurements(history, this);
      if (!seen.counts(row)) return;
      const value = seen.score(row);
      const best = state.row < 0 ? Number.NaN : seen.score(state.row);
      const isFirst = state.row < 0 || (value === best && row < state.row);
      if (isFirst || isBetter(value, best, seen.direction)) state.row = row;
    },
    clone: ({ row }) => ({ row }),
  };
  readonly pThreshold: number;
  readonly startupSteps: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: WilcoxonOptions = {}) {
    checkOptions('WilcoxonPruner', options, optionChecks);
    const { pThreshold = 0.1, startupSteps = 2 } = options;
    this.pThreshold = pThreshold;
    this.startupSteps = startupSteps;
    const { metric, direction } = readMetric('WilcoxonPruner', options);
    this.metric = metric;
    this.direction = direction;
    this.config = { version: 1, options: { pThreshold, startupSteps, ...givenMetric(this) } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): WilcoxonPruner {
    return new WilcoxonPruner(options as WilcoxonOptions);
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide({ row }: BestTrial, { history, number }: PruneContext): PruneDecision {
    const seen = new Measurements(history, this);
    const { direction } = seen;
    if (row < 0) return { prune: false };
    const mine = seen.reports(number);
    const best = seen.reports(row);
    const [mean, bestMean] = [finiteMean(mine), finiteMean(best)];
    if (Number.isNaN(mean) || Number.isNaN(bestMean)) return { prune: false };
    if (!isBetter(bestMean, mean, direction)) return { prune: false };
    const losses = pairedDifferences(mine, best, direction === 'maximize' ? -1 : 1);
    if (losses.length < Math.max(2, this.startupSteps)) return { prune: false };
    return { prune: signedRankGreater(losses) < this.pThreshold };
  }
}

/** The mean. NaN if there are no values or one of them is not finite. */
function finiteMean({ values }: TrialReports): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) return Number.NaN;
    sum += value;
  }
  return sum / values.length;
}

/** How much worse the first trial is than the second at each step that both have reported. */
function pairedDifferences(mine: TrialReports, best: TrialReports, sign: number): Float64Array {
  const differences = new Float64Array(Math.min(mine.steps.length, best.steps.length));
  let count = 0;
  for (let i = 0, j = 0; i < mine.steps.length && j < best.steps.length; ) {
    const apart = (mine.steps[i] as number) - (best.steps[j] as number);
    if (apart === 0) differences[count++] = sign * ((mine.values[i] as number) - (best.values[j] as number));
    if (apart <= 0) i++;
    if (apart >= 0) j++;
  }
  return differences.subarray(0, count);
}
