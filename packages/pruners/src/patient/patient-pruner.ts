import {
  type Checks,
  check,
  checkOptions,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
  savePart,
  type TrialReports,
} from '@asktell/core';
import { bestOf, directionOf } from '../rules/direction.ts';
import { requirePruner } from '../rules/require-pruner.ts';

/** When {@link PatientPruner} lets a trial be pruned. Optuna's options and defaults. */
export interface PatientOptions {
  /** How many reports without improvement are tolerated. */
  readonly patience: number;
  /** An improvement counts when it is larger than this. Default: 0. */
  readonly minDelta?: number;
}

const optionChecks: Checks<PatientOptions> = {
  patience: check.count(0),
  minDelta: must(
    'a finite number from 0 on',
    (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  ),
};

/**
 * Asks another pruner only when a trial has stopped improving: when the best of the last `patience + 1` reports is
 * worse than the best before them by more than `minDelta`. Without another pruner it stops such a trial: early
 * stopping, which no other trial influences. Optuna's `PatientPruner`, decision by decision. NaN counts as no report;
 * where all are NaN nothing is pruned.
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
  /** The pruner that decides about trials that have stopped improving. */
  readonly base: Pruner | null;
  readonly patience: number;
  readonly minDelta: number;

  /**
   * @param base `null`: a trial that has stopped improving is pruned
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
    this.reads = base?.reads ?? 'finished';
    if (base?.fold !== undefined) this.fold = base.fold;
    const saved = base === null ? null : (savePart(base) as unknown as Json);
    this.config = { version: 1, options: { base: saved, patience, minDelta } };
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
    const direction = directionOf(this.name, history);
    const { steps, values }: TrialReports = history.reports(number);
    const recent = steps.length - this.patience - 1;
    if (recent < 1) return { prune: false };
    const sign = direction === 'maximize' ? -1 : 1;
    const before = sign * bestOf(values, direction, 0, recent) + this.minDelta;
    if (!(before < sign * bestOf(values, direction, recent))) return { prune: false };
    return this.base === null ? { prune: true } : this.base.decide(state, ctx);
  }
}
