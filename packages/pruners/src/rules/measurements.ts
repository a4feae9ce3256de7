import {
  AsktellError,
  type Checks,
  check,
  type Direction,
  oneOfWords,
  show,
  type TrialHistory,
  type TrialReports,
  type TrialState,
} from '@asktell/core';

/** Options of pruners that decide by one metric. */
export interface MetricOptions {
  /**
   * Name of the reported metric to decide by. Required in a study with several objectives. Default: the metric that Optuna
   * shows as intermediate value.
   */
  readonly metric?: string;
  /**
   * Whether small or large values of `metric` are better. Default: the direction of the objective with this name. Required for
   * a metric that is not an objective.
   */
  readonly direction?: Direction;
}

export const metricChecks: Checks<MetricOptions> = {
  metric: check.name,
  direction: oneOfWords('minimize', 'maximize'),
};

/**
 * The options as a pruner keeps them.
 * @throws AsktellError `invalid-argument` for a direction without a metric
 */
export function readMetric(
  pruner: string,
  { metric, direction }: MetricOptions,
): Pick<MetricPruner, 'metric' | 'direction'> {
  if (metric === undefined && direction !== undefined)
    throw new AsktellError(
      'invalid-argument',
      `${pruner}: direction ${show(direction)} needs a metric, whose direction it is. Without one, the study's direction counts.`,
    );
  return { metric, direction };
}

/** The options that were given, to save with the pruner. */
export function givenMetric({ metric, direction }: Pick<MetricPruner, 'metric' | 'direction'>): {
  readonly [option: string]: string;
} {
  return { ...(metric === undefined ? {} : { metric }), ...(direction === undefined ? {} : { direction }) };
}

/** A pruner that decides by one metric. */
export interface MetricPruner {
  readonly name: string;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;
}

/** What a pruner reads of a study: the reports of its metric, and what belongs to them. */
export class Measurements {
  readonly #history: TrialHistory;
  readonly #pruner: MetricPruner;

  constructor(history: TrialHistory, pruner: MetricPruner) {
    this.#history = history;
    this.#pruner = pruner;
  }

  /** Ascending by step. */
  reports(row: number): TrialReports {
    return this.#history.reports(row, this.#pruner.metric);
  }

  /** @throws AsktellError `unsupported` if the metric is not an objective and has no direction */
  get direction(): Direction {
    const { name, metric, direction } = this.#pruner;
    if (direction !== undefined) return direction;
    const { directions } = this.#history;
    const objective = this.#objective;
    if (objective >= 0) return directions[objective] as Direction;
    throw new AsktellError(
      'unsupported',
      metric === undefined
        ? `The ${name} pruner decides by one metric, but this study has ${directions.length} objectives. Name one that the trials report: { metric: 'loss', direction: 'minimize' }.`
        : `The ${name} pruner does not know whether small or large values of metric ${show(metric)} are better, because no objective has this name. Say it: { metric: ${show(metric)}, direction: 'minimize' }.`,
    );
  }

  /**
   * Refuses a metric without a direction, even where no decision needs it yet.
   * @throws AsktellError `unsupported`
   */
  requireDirection(): void {
    void this.direction;
  }

  /** -1 or 1: the factor that makes small values better. */
  get sign(): number {
    return this.direction === 'maximize' ? -1 : 1;
  }

  /** The objective that the metric is, or -1. */
  get #objective(): number {
    const { metric } = this.#pruner;
    const { directions, metricNames, mainMetric } = this.#history;
    if (directions.length === 1 && (metric === undefined || metric === mainMetric)) return 0;
    return metric === undefined || metricNames === null ? -1 : metricNames.indexOf(metric);
  }

  /** The final value of a complete trial: that of the objective, or the mean of its reports. NaN if there is none. */
  score(row: number): number {
    const objective = this.#objective;
    if (objective >= 0) return this.#history.values(objective)[row] as number;
    const { values } = this.reports(row);
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] as number;
    return sum / values.length;
  }

  state(row: number): TrialState {
    return this.#history.state(row);
  }

  /** Whether a finished trial is complete and feasible. */
  counts(row: number): boolean {
    return this.state(row) === 'complete' && !((this.#history.violation[row] as number) > 0);
  }

  get running(): Int32Array {
    return this.#history.running;
  }

  /**
   * The attribute that stores the value at a rung. Without `metric`, it is the one of Optuna's successive halving, so Python
   * and Node workers compare their trials.
   */
  rungKey(rung: number): string {
    const { metric } = this.#pruner;
    return metric === undefined ? `completed_rung_${rung}` : `asktell:rung:${metric}:${rung}`;
  }

  /** The stored value of a trial at a rung, or NaN if the trial has not reached it. */
  rungValue(row: number, rung: number): number {
    return this.#stored(row, this.rungKey(rung));
  }

  /** The attribute that stores the step of the report with the value at a rung, if other reports have the same value. */
  rungStepKey(rung: number): string {
    return `asktell:rung_step:${this.#pruner.metric ?? ''}:${rung}`;
  }

  /** The stored step of {@link rungStepKey}, or NaN. */
  rungStep(row: number, rung: number): number {
    return this.#stored(row, this.rungStepKey(rung));
  }

  #stored(row: number, key: string): number {
    const stored = this.#history.attribute(row, key);
    return typeof stored === 'number' ? stored : Number.NaN;
  }
}
