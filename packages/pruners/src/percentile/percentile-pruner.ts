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
import { bestOf, directionOf, isBetter } from '../rules/direction.ts';
import { meanOfLast } from '../rules/mean-of-last.ts';

/** When {@link PercentilePruner} and `MedianPruner` decide about a trial. Optuna's options and defaults. */
export interface PercentileOptions {
  /** No pruning until this many trials are complete. Pruned and failed ones do not count. Default 5. */
  readonly startupTrials?: number;
  /** No pruning before this step. Default 0. */
  readonly warmupSteps?: number;
  /**
   * Steps between two checks, counted from the warmup; a check at a step without a report waits for the next one.
   * Default 1: at every report.
   */
  readonly intervalSteps?: number;
  /** No pruning unless this many complete trials have reported at the same step (NaN counts). Default 1. */
  readonly minTrials?: number;
  /**
   * Compares the mean of the last reports, this many, with the same means of the complete trials. Without it, Optuna's rule: the best value so far
   * against single values, under which one lucky report protects a trial. Default: none.
   */
  readonly window?: number;
}

/** What complete trials reported at one step. */
interface StepCurve {
  /** Reports, NaN included. */
  count: number;
  readonly quantile: RunningQuantile;
}

/** What the percentile rule remembers of the finished trials. It does not depend on their order. */
export interface PercentileState {
  complete: number;
  readonly curves: Map<number, StepCurve>;
}

/** The options with their defaults. */
export type PercentileRules = Required<Omit<PercentileOptions, 'window'>> & Pick<PercentileOptions, 'window'>;

const ruleChecks: Checks<PercentileOptions> = {
  startupTrials: check.count(0),
  warmupSteps: check.count(0),
  intervalSteps: check.count(1),
  minTrials: check.count(1),
  window: check.count(1),
};

const isPercentile = must('a number from 0 to 100', (value) => typeof value === 'number' && value >= 0 && value <= 100);

/**
 * Checks the options and fills in the defaults.
 * @throws AsktellError `invalid-argument`
 */
export function checkRules(pruner: string, options: PercentileOptions): PercentileRules {
  checkOptions(pruner, options, ruleChecks);
  const { startupTrials = 5, warmupSteps = 0, intervalSteps = 1, minTrials = 1, window } = options;
  return { startupTrials, warmupSteps, intervalSteps, minTrials, ...(window === undefined ? {} : { window }) };
}

/** The names that options had before 0.2. Studies that were saved with them are still read. */
const formerNames: { readonly [name: string]: keyof PercentileOptions } = {
  nStartupTrials: 'startupTrials',
  nWarmupSteps: 'warmupSteps',
  nMinTrials: 'minTrials',
};

/** Saved options under their present names. */
export function presentNames(saved: Json): { readonly [name: string]: Json } {
  checkValue('The saved options of the pruner', saved, check.object);
  return Object.fromEntries(Object.entries(saved as object).map(([name, value]) => [formerNames[name] ?? name, value]));
}

/**
 * Keeps a trial only while its best value so far is in the best `percentile` per cent of what the complete trials had reported
 * at the same step. Optuna's `PercentilePruner`, decision by decision: a trial that has reported nothing but NaN is pruned,
 * NaN of other trials is left out, a percentile between infinite values is unknown and prunes nothing.
 *
 * The step is the largest one that the trial has reported. One objective only.
 *
 * Growth: absorbing a trial costs O(log n) for each of its reports, a decision O(reports of this trial);
 * the state holds 8 to 16 bytes for each report of a complete trial.
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

  /**
   * @param percentile share of trials to keep, from 0 (prune all that are not as good as the best) to 100
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
    this.config = { version: 1, options: { percentile: this.percentile, ...rules } };
  }

  /**
   * Makes the pruner again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): PercentilePruner {
    const { percentile, ...rules } = presentNames(options);
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
        // The best are the smallest or the largest: the bound lies that far from the better end.
        const better = directionOf(this.name, history) === 'maximize' ? 100 - this.percentile : this.percentile;
        curve = { count: 0, quantile: new RunningQuantile(better / 100) };
        state.curves.set(step, curve);
      }
      curve.count++;
      curve.quantile.insert(this.window === undefined ? (values[i] as number) : meanOfLast(values, i + 1, this.window));
    }
  }

  /** @throws AsktellError `unsupported` in a study of several objectives */
  decide(state: PercentileState, ctx: PruneContext): PruneDecision {
    const direction = directionOf(this.name, ctx.history);
    return { prune: this.#isWeak(state, ctx.history.reports(ctx.number), direction) };
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
