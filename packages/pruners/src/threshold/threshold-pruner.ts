import {
  AsktellError,
  type Checks,
  check,
  checkOptions,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  show,
} from '@asktell/core';
import { isCheckDue } from '../rules/check-interval.ts';
import { givenMetric, type MetricOptions, metricChecks } from '../rules/measurements.ts';

/** Options of {@link ThresholdPruner}, with at least one bound. Names and defaults follow Optuna. */
export interface ThresholdOptions extends Pick<MetricOptions, 'metric'> {
  /** A trial that reports a smaller value is pruned. */
  readonly lower?: number;
  /** A trial that reports a larger value is pruned. */
  readonly upper?: number;
  /** First step at which trials can be pruned. Default: 0. */
  readonly warmupSteps?: number;
  /**
   * Number of steps between two checks, counted from `warmupSteps`. A check at a step without a report happens at the
   * next report. Default: 1, a check at every report.
   */
  readonly intervalSteps?: number;
}

const isBound = must('a finite number', Number.isFinite);

const optionChecks: Checks<ThresholdOptions> = {
  lower: isBound,
  upper: isBound,
  warmupSteps: check.count(0),
  intervalSteps: check.count(1),
  metric: metricChecks.metric,
};

/**
 * Prunes a trial that reports NaN or a value outside fixed bounds, such as an exploding loss. Decisions do not depend
 * on other trials or on the direction of the study, so it works with several objectives, too. Every decision equals that of Optuna's `ThresholdPruner`.
 *
 * @example
 * const study = await createStudy({ pruner: new ThresholdPruner({ upper: 10, warmupSteps: 3 }) });
 */
export class ThresholdPruner implements Pruner {
  static readonly savedName = 'threshold';
  readonly name = 'threshold';
  readonly config: { readonly version: number; readonly options: Json };
  readonly lower: number;
  readonly upper: number;
  readonly warmupSteps: number;
  readonly intervalSteps: number;
  readonly metric: string | undefined;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: ThresholdOptions) {
    checkOptions('ThresholdPruner', options, optionChecks);
    const { lower, upper, warmupSteps = 0, intervalSteps = 1, metric } = options;
    if (lower === undefined && upper === undefined)
      throw new AsktellError('invalid-argument', 'ThresholdPruner: give a bound: { lower: 0 }, { upper: 1 } or both.');
    this.lower = lower ?? Number.NEGATIVE_INFINITY;
    this.upper = upper ?? Number.POSITIVE_INFINITY;
    if (this.lower > this.upper)
      throw new AsktellError(
        'invalid-argument',
        `ThresholdPruner: lower must not exceed upper, but ${show(lower)} > ${show(upper)}.`,
      );
    this.warmupSteps = warmupSteps;
    this.intervalSteps = intervalSteps;
    this.metric = metric;
    const bounds = { ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) };
    this.config = {
      version: 1,
      options: { ...bounds, warmupSteps, intervalSteps, ...givenMetric({ metric, direction: undefined }) },
    };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): ThresholdPruner {
    return new ThresholdPruner(options as ThresholdOptions);
  }

  decide(_state: unknown, { history, number }: PruneContext): PruneDecision {
    const { steps, values } = history.reports(number, this.metric);
    if (steps.length === 0 || !isCheckDue(steps, this)) return { prune: false };
    const value = values[values.length - 1] as number;
    return { prune: !(value >= this.lower && value <= this.upper) };
  }
}
