import type { Json, PruneDecision, TrialReports } from '@asktell/core';
import { isBetter } from '../rules/direction.ts';
import type { Measurements } from '../rules/measurements.ts';
import type { RungValues } from './rung-values.ts';

/** The rungs, and the condition for passing one. */
export interface Ladder {
  /** Step of the first rung. The step of each further rung is `factor` times that of the rung below. */
  readonly first: number;
  readonly factor: number;
  /**
   * Whether a trial passes a rung.
   * @param rung counted from 0
   * @param ahead number of trials with a better value at this rung
   * @param reached number of trials that have reached the rung, including this one
   */
  passes(rung: number, ahead: number, reached: number): boolean;
}

/** The trials that a trial is compared with. */
export interface Rivals {
  /** Values of finished trials. */
  readonly finished: RungValues;
  /** Whether a running trial is compared. */
  includes(row: number): boolean;
}

/**
 * Asynchronous successive halving in the stopping form (Li et al., A System for Massively Parallel Hyperparameter
 * Tuning, 2020; Optuna's `SuccessiveHalvingPruner`). A trial stores its value at each rung that it reaches, and is
 * pruned at the first rung that it does not pass.
 *
 * Rungs that were reached by an earlier report are not decided again. Rungs that the last report has reached are
 * decided at every call. A repeated call therefore gives the same answer, and a trial that runs again after a crash is
 * compared again.
 */
export function climb(ladder: Ladder, rivals: Rivals, number: number, seen: Measurements): PruneDecision {
  const reports = seen.reports(number);
  if (reports.steps.length === 0) return { prune: false };
  const step = reports.steps[reports.steps.length - 1] as number;
  const value = reports.values[reports.values.length - 1] as number;
  let attrs: { [key: string]: Json } | undefined;
  const decision = (prune: boolean): PruneDecision => (attrs === undefined ? { prune } : { prune, attrs });
  for (let rung = 0, due = ladder.first; due <= step; rung++, due *= ladder.factor) {
    const stored = seen.rungValue(number, rung);
    const setAt = seen.rungStep(number, rung);
    if (hasEarlier(reports, due, stored, setAt)) continue;
    if (Number.isNaN(value)) return decision(true);
    if (stored !== value) {
      attrs ??= {};
      attrs[seen.rungKey(rung)] = value;
    }
    // Without the step, a trial that runs again could take an earlier report of the same value for this one.
    if (setAt !== step && (!Number.isNaN(setAt) || hasEarlier(reports, due, value))) {
      attrs ??= {};
      attrs[seen.rungStepKey(rung)] = step;
    }
    const { ahead, reached } = standing(rivals, number, seen, rung, value);
    if (!ladder.passes(rung, ahead, reached)) return decision(true);
  }
  return decision(false);
}

/**
 * Whether a report before the last one, from step `due` on, has this value.
 * @param at the step of that report, NaN if it may be any
 */
function hasEarlier({ steps, values }: TrialReports, due: number, value: number, at: number = Number.NaN): boolean {
  if (Number.isNaN(value)) return false;
  for (let i = firstAt(steps, due); i < steps.length - 1; i++)
    if (values[i] === value && (Number.isNaN(at) || steps[i] === at)) return true;
  return false;
}

/** Index of the first step that is not below `due`. */
function firstAt(steps: ArrayLike<number>, due: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] as number) < due) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rank of a value among those of the other trials. */
function standing(
  { finished, includes }: Rivals,
  number: number,
  seen: Measurements,
  rung: number,
  value: number,
): { readonly ahead: number; readonly reached: number } {
  const values = finished.at(rung);
  const { direction } = seen;
  let ahead = 0;
  let reached = 1;
  if (values !== undefined) {
    ahead = direction === 'maximize' ? values.countAbove(value) : values.countBelow(value);
    reached += values.size;
  }
  for (const row of seen.running) {
    if (row === number || !includes(row)) continue;
    const other = seen.rungValue(row, rung);
    if (Number.isNaN(other)) continue;
    reached++;
    if (isBetter(other, value, direction)) ahead++;
  }
  return { ahead, reached };
}

/**
 * Whether a value is among the best `1 / factor` of those at a rung. Optuna's rule: the best value always is, except
 * that the first `bootstrapCount` trials at a rung never are.
 */
export function isTopShare(ahead: number, reached: number, factor: number, bootstrapCount: number): boolean {
  return reached > bootstrapCount && ahead <= Math.max(Math.floor(reached / factor) - 1, 0);
}
