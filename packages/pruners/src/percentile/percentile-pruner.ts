import {
  AsktellError,
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

/** Options of {@link PercentilePruner} and `MedianPruner`. Names and defaults follow Optuna. */
export interface PercentileOptions {
  /** Number of complete trials before pruning starts. Pruned and failed trials do not count. Default: 5. */
  readonly startupTrials?: number;
  /** First step at which trials can be pruned. Default: 0. */
  readonly warmupSteps?: number;
  /**
   * Number of steps between two checks, counted from `warmupSteps`. A check at a step without a report happens at the next report.
   * Default: 1, a check at every report.
   */
  readonly intervalSteps?: number;
  /** Minimum number of complete trials with a report at the same step. NaN counts as a report. Default: 1. */
  readonly minTrials?: number;
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
export type PercentileRules = Required<PercentileOptions>;

const ruleChecks: Checks<PercentileOptions> = {
  startupTrials: check.count(0),
  warmupSteps: check.count(0),
  intervalSteps: check.count(1),
  minTrials: check.count(1),
};

const isPercentile = must('a number from 0 to 100', (value) => typeof value === 'number' && value >= 0 && value <= 100);

/**
 * Checks the options and fills in the defaults.
 * @throws AsktellError `invalid-argument`
 */
export function checkRules(pruner: string, options: PercentileOptions): PercentileRules {
  checkOptions(pruner, options, ruleChecks);
  const { startupTrials = 5, warmupSteps = 0, intervalSteps = 1, minTrials = 1 } = options;
  return { startupTrials, warmupSteps, intervalSteps, minTrials };
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
 * Prunes a trial unless its best value so far is in the best `percentile` per cent of the values that complete trials reported at the same
 * step. The step is the largest one that the trial has reported. Supports one objective.
 *
 * Every decision equals that of Optuna's `PercentilePruner`:
 * - A trial that has only reported NaN is pruned.
 * - NaN values of complete trials are ignored.
 * - A percentile that is NaN because of infinite values prunes nothing.
 *
 * Absorbing a trial costs O(log n) per report. A decision is linear in the number of reports of the trial. The state has 8 to 16 bytes per
 * report of a complete trial.
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
    if (history.state(row) !== 'complete') return;
    state.complete++;
    const { steps, values } = history.reports(row);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as number;
      let curve = state.curves.get(step);
      if (curve === undefined) {
        // Quantiles are counted from the smallest value, which is the worst one when maximising.
        const better = direction(history) === 'maximize' ? 100 - this.percentile : this.percentile;
        curve = { count: 0, quantile: new RunningQuantile(better / 100) };
        state.curves.set(step, curve);
      }
      curve.count++;
      curve.quantile.insert(values[i] as number);
    }
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide(state: PercentileState, ctx: PruneContext): PruneDecision {
    if (ctx.history.directions.length !== 1) {
      throw new AsktellError(
        'unsupported',
        `The ${this.name} pruner supports one objective, but this study has ${ctx.history.directions.length}. Remove the pruner.`,
      );
    }
    return { prune: this.#isWeak(state, ctx.history.reports(ctx.number), direction(ctx.history)) };
  }

  #isWeak(state: PercentileState, reports: TrialReports, towards: Direction): boolean {
    const { steps, values } = reports;
    if (steps.length === 0 || state.complete === 0 || state.complete < this.startupTrials) return false;
    const step = steps[steps.length - 1] as number;
    if (step < this.warmupSteps || !this.#isCheckDue(step, steps[steps.length - 2] ?? -1)) return false;
    const best = bestOf(values, towards);
    if (Number.isNaN(best)) return true;
    const curve = state.curves.get(step);
    if (curve === undefined || curve.count < this.minTrials) return false;
    const bound = curve.quantile.value;
    return towards === 'maximize' ? best < bound : best > bound; // NaN is neither
  }

  /** Whether `step` is the first reported step since the last check was due. */
  #isCheckDue(step: number, previous: number): boolean {
    const { warmupSteps, intervalSteps } = this;
    return previous < Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
  }
}

function direction(history: TrialHistory): Direction {
  return history.directions[0] as Direction;
}

/** The best value, ignoring NaN. NaN if there is none. */
function bestOf(values: ArrayLike<number>, towards: Direction): number {
  let best = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(best) || (towards === 'maximize' ? value > best : value < best)) best = value;
  }
  return best;
}
