import {
  type Checks,
  check,
  checkOptions,
  checkValue,
  type Direction,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
  type TrialHistory,
  type TrialReports,
} from '@asktell/core';
import { RunningQuantile } from '@asktell/numerics';
import { isCheckDue } from '../rules/check-interval.ts';
import { bestOf, isBetter } from '../rules/direction.ts';
import { meanOfLast } from '../rules/mean-of-last.ts';
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';

/** Options of {@link PercentilePruner} and `MedianPruner`. Names and defaults follow Optuna. */
export interface PercentileOptions extends MetricOptions {
  /** Number of complete trials before pruning starts. Pruned and failed trials do not count. Default: 5. */
  readonly startupTrials?: number;
  /** First step at which trials can be pruned. Default: 0. */
  readonly warmupSteps?: number;
  /**
   * Number of steps between two checks, counted from `warmupSteps`. A check at a step without a report happens at the
   * next report. Default: 1, a check at every report.
   */
  readonly intervalSteps?: number;
  /** Minimum number of complete trials with a report at the same step. NaN counts as a report. Default: 1. */
  readonly minTrials?: number;
  /**
   * Number of last reports whose mean is compared with the corresponding means of the complete trials. Default: none,
   * which is Optuna's rule: the best value so far is compared with single values, so one lucky report protects a trial.
   */
  readonly window?: number;
}

/** Reports of complete trials at one step. */
interface StepCurve {
  /** Number of reports, including NaN. */
  count: number;
  readonly quantile: RunningQuantile;
}

/** State of the percentile rule after a set of finished trials. It does not depend on their order. */
export interface PercentileState {
  /** Number of complete trials. */
  complete: number;
  /** By step. */
  readonly curves: Map<number, StepCurve>;
}

/** The options with their defaults. */
export type PercentileRules = Required<Omit<PercentileOptions, 'window' | keyof MetricOptions>> &
  Pick<PercentileOptions, 'window' | keyof MetricOptions>;

const ruleChecks: Checks<PercentileOptions> = {
  startupTrials: check.count(0),
  warmupSteps: check.count(0),
  intervalSteps: check.count(1),
  minTrials: check.count(1),
  window: check.count(1),
  ...metricChecks,
};

const isPercentile = must('a number from 0 to 100', (value) => typeof value === 'number' && value >= 0 && value <= 100);

/**
 * Checks the options and fills in the defaults.
 * @throws AsktellError `invalid-argument`
 */
export function checkRules(pruner: string, options: PercentileOptions): PercentileRules {
  checkOptions(pruner, options, ruleChecks);
  const { startupTrials = 5, warmupSteps = 0, intervalSteps = 1, minTrials = 1, window } = options;
  const given = { ...(window === undefined ? {} : { window }), ...givenMetric(readMetric(pruner, options)) };
  return { startupTrials, warmupSteps, intervalSteps, minTrials, ...given };
}

/** Option names before 0.2, which saved studies can contain, with their current names. */
const renamedOptions: { readonly [name: string]: keyof PercentileOptions } = {
  nStartupTrials: 'startupTrials',
  nWarmupSteps: 'warmupSteps',
  nMinTrials: 'minTrials',
};

/** Translates saved options to the current names. */
export function withCurrentNames(saved: Json): { readonly [name: string]: Json } {
  checkValue('The saved options of the pruner', saved, check.object);
  return Object.fromEntries(
    Object.entries(saved as object).map(([name, value]) => [renamedOptions[name] ?? name, value]),
  );
}

/**
 * Prunes a trial unless its best value so far is in the best `percentile` per cent of the values that complete trials
 * reported at the same step. The step is the largest one that the trial has reported. Supports one objective.
 *
 * Every decision equals that of Optuna's `PercentilePruner`:
 * - A trial that has only reported NaN is pruned.
 * - NaN values of complete trials are ignored.
 * - A percentile that is NaN because of infinite values prunes nothing.
 *
 * Absorbing a trial costs O(log n) per report. A decision is linear in the number of reports of the trial. The state
 * has 8 to 16 bytes per report of a complete trial.
 *
 * @example
 * const study = await createStudy({ pruner: new PercentilePruner(25, { warmupSteps: 10 }) });
 */
export class PercentilePruner implements Pruner<PercentileState> {
  static readonly savedName: string = 'percentile';
  readonly name: string = 'percentile';
  readonly config: { readonly version: number; readonly options: Json };
  readonly fold: StateFold<PercentileState, PrunerFoldContext> = {
    init: () => ({ complete: 0, curves: new Map() }),
    absorb: (state, row, { history }) => this.#absorb(state, row, history),
    clone: ({ complete, curves }) => ({
      complete,
      curves: new Map([...curves].map(([step, { count, quantile }]) => [step, { count, quantile: quantile.clone() }])),
    }),
  };
  readonly percentile: number;
  readonly startupTrials: number;
  readonly warmupSteps: number;
  readonly intervalSteps: number;
  readonly minTrials: number;
  readonly window: number | undefined;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

  /**
   * @param percentile percentage of trials to keep, from 0 to 100; 0 prunes every trial that is worse than the best one
   * @throws AsktellError `invalid-argument`
   */
  constructor(percentile: number, options: PercentileOptions = {}) {
    const rules = checkRules('PercentilePruner', options);
    checkValue('PercentilePruner: percentile', percentile, isPercentile);
    this.percentile = percentile + 0;
    this.startupTrials = rules.startupTrials;
    this.warmupSteps = rules.warmupSteps;
    this.intervalSteps = rules.intervalSteps;
    this.minTrials = rules.minTrials;
    this.window = rules.window;
    this.metric = rules.metric;
    this.direction = rules.direction;
    this.config = { version: 1, options: { percentile: this.percentile, ...rules } };
  }

  /**
   * Recreates a pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): PercentilePruner {
    const { percentile, ...rules } = withCurrentNames(options);
    return new PercentilePruner(percentile as number, rules as PercentileOptions);
  }

  #absorb(state: PercentileState, row: number, history: TrialHistory): void {
    const seen = new Measurements(history, this);
    if (seen.state(row) !== 'complete') return;
    state.complete++;
    const { steps, values } = seen.reports(row);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as number;
      let curve = state.curves.get(step);
      if (curve === undefined) {
        // Quantiles are counted from the smallest value, which is the worst one when maximising.
        const better = seen.direction === 'maximize' ? 100 - this.percentile : this.percentile;
        curve = { count: 0, quantile: new RunningQuantile(better / 100) };
        state.curves.set(step, curve);
      }
      curve.count++;
      curve.quantile.insert(this.window === undefined ? (values[i] as number) : meanOfLast(values, i + 1, this.window));
    }
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide(state: PercentileState, ctx: PruneContext): PruneDecision {
    const seen = new Measurements(ctx.history, this);
    return { prune: this.#isWeak(state, seen.reports(ctx.number), seen.direction) };
  }

  #isWeak(state: PercentileState, reports: TrialReports, direction: Direction): boolean {
    const { steps, values } = reports;
    if (steps.length === 0 || state.complete === 0 || state.complete < this.startupTrials) return false;
    const step = steps[steps.length - 1] as number;
    if (!isCheckDue(steps, this)) return false;
    const own = this.window === undefined ? bestOf(values, direction) : meanOfLast(values, values.length, this.window);
    if (Number.isNaN(own)) return true;
    const curve = state.curves.get(step);
    if (curve === undefined || curve.count < this.minTrials) return false;
    return isBetter(curve.quantile.value, own, direction);
  }
}
