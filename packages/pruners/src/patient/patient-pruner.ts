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
  savePart,
} from '@asktell/core';
import { bestOf } from '../rules/direction.ts';
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';
import { requirePruner } from '../rules/require-pruner.ts';

/** Options of {@link PatientPruner}. Names and defaults follow Optuna. */
export interface PatientOptions extends MetricOptions {
  /** Number of reports without improvement before a trial can be pruned. */
  readonly patience: number;
  /** Minimum difference that counts as a change, in units of the objective. Default: 0. */
  readonly minDelta?: number;
}

const optionChecks: Checks<PatientOptions> = {
  patience: check.count(0),
  minDelta: must(
    'a finite number from 0 on',
    (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  ),
  ...metricChecks,
};

/**
 * Asks another pruner only when a trial has stopped improving: when the best of the last `patience + 1` reports is
 * worse than the best report before them by more than `minDelta`. Without another pruner, such a trial is pruned. This
 * is early stopping, which does not depend on other trials. Supports one objective.
 *
 * Every decision equals that of Optuna's `PatientPruner`. NaN is ignored, and nothing is pruned if the reports before
 * or the last ones are all NaN.
 *
 * @example
 * new PatientPruner(new MedianPruner(), { patience: 3 });
 * new PatientPruner(null, { patience: 10, minDelta: 0.001 }); // plain early stopping
 */
export class PatientPruner implements Pruner {
  static readonly savedName = 'patient';
  readonly name = 'patient';
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads: 'finished' | 'running';
  readonly fold?: StateFold<unknown, PrunerFoldContext>;
  /** The groups of the base. */
  readonly group?: (study: string, number: number) => number;
  /** The pruner that decides on trials that have stopped improving. */
  readonly base: Pruner | null;
  readonly patience: number;
  readonly minDelta: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;

  /**
   * @param base the pruner to ask, or `null` to prune every trial that has stopped improving
   * @throws AsktellError `invalid-argument`
   */
  constructor(base: Pruner | null, options: PatientOptions) {
    checkOptions('PatientPruner', options, optionChecks);
    checkOptions('PatientPruner', { patience: options.patience ?? null }, { patience: optionChecks.patience });
    if (base !== null) requirePruner('PatientPruner: the first argument', base);
    const { patience, minDelta = 0 } = options;
    this.base = base;
    this.patience = patience;
    this.minDelta = minDelta;
    const { metric, direction } = readMetric('PatientPruner', options);
    this.metric = metric;
    this.direction = direction;
    this.reads = base?.reads ?? 'finished';
    if (base?.fold !== undefined) this.fold = base.fold;
    if (base?.group !== undefined) this.group = base.group.bind(base);
    const saved = base === null ? null : (savePart(base) as unknown as Json);
    this.config = { version: 1, options: { base: saved, patience, minDelta, ...givenMetric(this) } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @param restore restores the nested pruner from its saved form
   * @throws AsktellError `invalid-argument`, `unknown-pruner`
   */
  static fromConfig(options: Json, restore: (saved: Json) => Pruner): PatientPruner {
    checkOptions('PatientPruner', options, { base: check.anything, ...optionChecks });
    const { base, ...rules } = options as unknown as PatientOptions & { readonly base?: Json };
    return new PatientPruner(base === null || base === undefined ? null : restore(base), rules);
  }

  decide(state: unknown, ctx: PruneContext): PruneDecision {
    const { history, number } = ctx;
    const seen = new Measurements(history, this);
    const { direction, sign } = seen;
    const { steps, values } = seen.reports(number);
    const recent = steps.length - this.patience - 1;
    if (recent < 1) return { prune: false };
    const before = sign * bestOf(values, direction, 0, recent) + this.minDelta;
    if (!(before < sign * bestOf(values, direction, recent))) return { prune: false };
    return this.base === null ? { prune: true } : this.base.decide(state, ctx);
  }
}
