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

/** Bounds of {@link ThresholdPruner}, at least one of them. Optuna's options and defaults. */
export interface ThresholdOptions {
  /** A trial that reports less is pruned. */
  readonly lower?: number;
  /** A trial that reports more is pruned. */
  readonly upper?: number;
  /** No pruning before this step. Default: 0. */
  readonly warmupSteps?: number;
  /**
   * Steps between two checks, counted from the warmup. A check at a step without a report waits for the next one.
   * Default 1: at every report.
   */
  readonly intervalSteps?: number;
}

const isBound = must('a finite number', Number.isFinite);

const optionChecks: Checks<ThresholdOptions> = {
  lower: isBound,
  upper: isBound,
  warmupSteps: check.count(0),
  intervalSteps: check.count(1),
};

/**
 * Stops a trial whose value leaves fixed bounds or becomes NaN: an exploding loss, an accuracy below chance. Other
 * trials do not matter, and neither does the direction of the study. Optuna's `ThresholdPruner`.
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

  /** @throws AsktellError `invalid-argument` */
  constructor(options: ThresholdOptions) {
    checkOptions('ThresholdPruner', options, optionChecks);
    const { lower, upper, warmupSteps = 0, intervalSteps = 1 } = options;
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
    const bounds = { ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) };
    this.config = { version: 1, options: { ...bounds, warmupSteps, intervalSteps } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): ThresholdPruner {
    return new ThresholdPruner(options as ThresholdOptions);
  }

  decide(_state: unknown, { history, number }: PruneContext): PruneDecision {
    const { steps, values } = history.reports(number);
    if (steps.length === 0 || !isCheckDue(steps, this)) return { prune: false };
    const value = values[values.length - 1] as number;
    return { prune: !(value >= this.lower && value <= this.upper) };
  }
}
