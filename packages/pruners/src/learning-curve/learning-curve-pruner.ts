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
} from '@asktell/core';
import { RunningQuantile } from '@asktell/numerics';
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';
import { chanceBelow } from './power-law.ts';

/** Options of {@link LearningCurvePruner}. */
export interface LearningCurveOptions extends MetricOptions {
  /** Number of complete trials before pruning starts. Default: 2. */
  readonly startupTrials?: number;
  /** Minimum number of reports of a trial before it can be pruned. At least 4. Default: 4. */
  readonly startupReports?: number;
  /** A trial is pruned when its estimated probability of ending among the best is below this. Default: 0.2. */
  readonly minChance?: number;
  /** The best trials are this share of the complete trials. Default: 0.125, which is the median of the best quarter. */
  readonly topShare?: number;
}

/** State after a set of finished trials. It does not depend on their order. */
export interface LearningCurveState {
  complete: number;
  /** The largest step of a complete trial: where curves end. */
  end: number;
  /** Last values of complete trials; smaller is better. */
  readonly finals: RunningQuantile;
}

const isShare = must('a number above 0 and below 1', (value) => typeof value === 'number' && value > 0 && value < 1);

const optionChecks: Checks<LearningCurveOptions> = {
  startupTrials: check.count(1),
  startupReports: check.count(4),
  minChance: isShare,
  topShare: isShare,
  ...metricChecks,
};

/**
 * Prunes a trial that is unlikely to end among the best. The learning curve of the trial is extrapolated by power laws
 * to the last step of the complete trials. The result is the probability that the last value is among the best
 * `topShare` of theirs. A trial is never pruned while its last report is that good. Supports one objective.
 *
 * A trial whose last report is NaN, or infinite and bad, is pruned. The fit ignores other reports that are not finite.
 *
 * A decision fits at most 64 reports of the trial, so its cost does not grow with the number of trials. The state has 8
 * to 16 bytes per complete trial. Source: Domhan et al. 2015 (IJCAI), with one family of curves.
 *
 * @example
 * const study = await createStudy({ pruner: new LearningCurvePruner({ minChance: 0.1 }) });
 */
export class LearningCurvePruner implements Pruner<LearningCurveState> {
  static readonly savedName = 'learning-curve';
  readonly name = 'learning-curve';
  readonly config: { readonly version: number; readonly options: Json };
  readonly fold: StateFold<LearningCurveState, PrunerFoldContext> = {
    init: () => ({ complete: 0, end: 0, finals: new RunningQuantile(this.topShare) }),
    absorb: (state, row, { history }) => {
      const seen = new Measurements(history, this);
      if (seen.state(row) !== 'complete') return;
      state.complete++;
      const { steps, values } = seen.reports(row);
      if (steps.length === 0) return;
      state.end = Math.max(state.end, steps[steps.length - 1] as number);
      state.finals.insert(seen.sign * (values[values.length - 1] as number));
    },
    clone: ({ complete, end, finals }) => ({ complete, end, finals: finals.clone() }),
  };
  readonly startupTrials: number;
  readonly startupReports: number;
  readonly minChance: number;
  readonly topShare: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: LearningCurveOptions = {}) {
    checkOptions('LearningCurvePruner', options, optionChecks);
    const { startupTrials = 2, startupReports = 4, minChance = 0.2, topShare = 0.125 } = options;
    this.startupTrials = startupTrials;
    this.startupReports = startupReports;
    this.minChance = minChance;
    this.topShare = topShare;
    const { metric, direction } = readMetric('LearningCurvePruner', options);
    this.metric = metric;
    this.direction = direction;
    const given = givenMetric(this);
    this.config = { version: 1, options: { startupTrials, startupReports, minChance, topShare, ...given } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): LearningCurvePruner {
    return new LearningCurvePruner(options as LearningCurveOptions);
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide({ complete, end, finals }: LearningCurveState, { history, number }: PruneContext): PruneDecision {
    const seen = new Measurements(history, this);
    const { sign } = seen;
    const { steps, values } = seen.reports(number);
    if (complete < this.startupTrials || steps.length < this.startupReports) return { prune: false };
    const target = finals.value;
    const last = sign * (values[values.length - 1] as number);
    if (!Number.isFinite(target) || last <= target) return { prune: false };
    if (!Number.isFinite(last)) return { prune: true };
    const origin = (steps[0] as number) - 1;
    const lastStep = steps[steps.length - 1] as number;
    const times = new Float64Array(steps.length);
    const curve = new Float64Array(steps.length);
    let n = 0;
    for (let i = 0; i < steps.length; i++) {
      const value = sign * (values[i] as number);
      if (!Number.isFinite(value)) continue;
      times[n] = (steps[i] as number) - origin;
      curve[n++] = value;
    }
    if (n < 4) return { prune: false };
    const at = Math.max(end, lastStep) - origin;
    return { prune: chanceBelow(target, times.subarray(0, n), curve.subarray(0, n), at) < this.minChance };
  }
}
