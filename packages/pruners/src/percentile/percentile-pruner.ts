import {
  AsktellError,
  type Direction,
  type Json,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type TrialHistory,
  type TrialReports,
} from '@asktell/core';
import { RunningQuantile } from '@asktell/numerics';
import { checkCount, checkOptions, checkRange } from '../options.ts';

/** When {@link PercentilePruner} and `MedianPruner` look at a trial at all. Optuna's options and defaults. */
export interface PercentileOptions {
  /** No pruning until so many trials are complete (pruned and failed ones do not count). Default 5. */
  readonly nStartupTrials?: number;
  /** No pruning before this step. Default 0. */
  readonly nWarmupSteps?: number;
  /**
   * Steps between two checks, counted from the warmup; a check at a step without a report waits for the next one.
   * Default 1: at every report.
   */
  readonly intervalSteps?: number;
  /** No pruning unless so many complete trials have reported at the same step (NaN counts). Default 1. */
  readonly nMinTrials?: number;
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

const ruleNames = ['nStartupTrials', 'nWarmupSteps', 'intervalSteps', 'nMinTrials'] as const;

/**
 * Fills in the defaults.
 * @throws AsktellError `invalid-argument`
 */
export function checkRules(
  pruner: string,
  options: PercentileOptions,
): { readonly [K in keyof PercentileOptions]-?: number } {
  checkOptions(pruner, options, ruleNames);
  const { nStartupTrials = 5, nWarmupSteps = 0, intervalSteps = 1, nMinTrials = 1 } = options;
  return {
    nStartupTrials: checkCount(pruner, 'nStartupTrials', nStartupTrials, 0),
    nWarmupSteps: checkCount(pruner, 'nWarmupSteps', nWarmupSteps, 0),
    intervalSteps: checkCount(pruner, 'intervalSteps', intervalSteps, 1),
    nMinTrials: checkCount(pruner, 'nMinTrials', nMinTrials, 1),
  };
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
 * const study = await createStudy({ pruner: new PercentilePruner(25, { nWarmupSteps: 10 }) });
 */
export class PercentilePruner implements Pruner<PercentileState> {
  readonly name: string = 'percentile';
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads = 'finished';
  readonly percentile: number;
  readonly nStartupTrials: number;
  readonly nWarmupSteps: number;
  readonly intervalSteps: number;
  readonly nMinTrials: number;

  /**
   * @param percentile share of trials to keep, from 0 (prune all that are not as good as the best) to 100
   * @throws AsktellError `invalid-argument`
   */
  constructor(percentile: number, options: PercentileOptions = {}) {
    const rules = checkRules('PercentilePruner', options);
    this.percentile = checkRange('PercentilePruner', 'percentile', percentile, 0, 100);
    this.nStartupTrials = rules.nStartupTrials;
    this.nWarmupSteps = rules.nWarmupSteps;
    this.intervalSteps = rules.intervalSteps;
    this.nMinTrials = rules.nMinTrials;
    this.config = { version: 1, options: { percentile: this.percentile, ...rules } };
  }

  /**
   * Makes the pruner again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): PercentilePruner {
    checkOptions('PercentilePruner', options, ['percentile', ...ruleNames]);
    const { percentile, ...rest } = options as unknown as PercentileOptions & { readonly percentile: number };
    return new PercentilePruner(percentile, rest);
  }

  init(): PercentileState {
    return { complete: 0, curves: new Map() };
  }

  absorb(state: PercentileState, row: number, history: TrialHistory): void {
    if (history.state(row) !== 'complete') return;
    state.complete++;
    const { steps, values } = history.reports(row);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as number;
      let curve = state.curves.get(step);
      if (curve === undefined) {
        // The best are the smallest or the largest: the bound lies that far from the better end.
        const better = direction(history) === 'maximize' ? 100 - this.percentile : this.percentile;
        curve = { count: 0, quantile: new RunningQuantile(better / 100) };
        state.curves.set(step, curve);
      }
      curve.count++;
      curve.quantile.insert(values[i] as number);
    }
  }

  clone(state: PercentileState): PercentileState {
    const curves = new Map<number, StepCurve>();
    for (const [step, { count, quantile }] of state.curves) curves.set(step, { count, quantile: quantile.clone() });
    return { complete: state.complete, curves };
  }

  /** @throws AsktellError `unsupported` in a study of several objectives */
  decide(state: PercentileState, ctx: PruneContext): PruneDecision {
    if (ctx.history.directions.length !== 1) {
      throw new AsktellError(
        'unsupported',
        `The ${this.name} pruner compares single values; this study has ${ctx.history.directions.length} objectives. Use no pruner here.`,
      );
    }
    return { prune: this.#isWeak(state, ctx.history.reports(ctx.number), direction(ctx.history)) };
  }

  #isWeak(state: PercentileState, reports: TrialReports, towards: Direction): boolean {
    const { steps, values } = reports;
    if (steps.length === 0 || state.complete === 0 || state.complete < this.nStartupTrials) return false;
    const step = steps[steps.length - 1] as number;
    if (step < this.nWarmupSteps || !this.#isCheckDue(step, steps[steps.length - 2] ?? -1)) return false;
    const best = bestOf(values, towards);
    if (Number.isNaN(best)) return true;
    const curve = state.curves.get(step);
    if (curve === undefined || curve.count < this.nMinTrials) return false;
    const bound = curve.quantile.value;
    return towards === 'maximize' ? best < bound : best > bound; // NaN is neither
  }

  /** Whether `step` is the first reported one since the last check was due. */
  #isCheckDue(step: number, previous: number): boolean {
    const { nWarmupSteps, intervalSteps } = this;
    return previous < Math.floor((step - nWarmupSteps) / intervalSteps) * intervalSteps + nWarmupSteps;
  }
}

function direction(history: TrialHistory): Direction {
  return history.directions[0] as Direction;
}

/** The best of the values that are not NaN; NaN when there is none. */
function bestOf(values: ArrayLike<number>, towards: Direction): number {
  let best = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(best) || (towards === 'maximize' ? value > best : value < best)) best = value;
  }
  return best;
}
