import type { TrialHistory } from '@asktell/core';

/** The quality of a finished trial. Compared by tier, then by loss. Lower is better. */
export interface Merit {
  /** Kind of outcome. 0: complete and feasible. */
  readonly tier: number;
  /** Comparable within a tier only. Never NaN. */
  readonly loss: number;
}

/** Negative if `a` is better, 0 if both are equally good. */
export function compareMerit(a: Merit, b: Merit): number {
  if (a.tier !== b.tier) return a.tier - b.tier;
  return a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0;
}

const infeasible = 3;

/**
 * The merit of a finished trial in a study with one objective.
 *
 * - Tier 0: complete trials, by value.
 * - Tiers above 1 up to 2: pruned trials. A later last report is better. The reported value decides between equal steps.
 * - Tier 3: infeasible trials, by violation.
 *
 * A trial without constraints counts as feasible.
 * @returns `null` for failed trials and for complete trials without a value
 */
export function meritOf(row: number, history: TrialHistory): Merit | null {
  const state = history.state(row);
  if (state !== 'complete' && state !== 'pruned') return null;
  const violation = history.violation[row] as number;
  const sign = history.directions[0] === 'maximize' ? -1 : 1;
  const loss = sign * (history.values(0)[row] as number);
  if (state === 'complete' && Number.isNaN(loss)) return null;
  if (violation > 0) return { tier: infeasible, loss: violation };
  if (state === 'complete') return { tier: 0, loss };
  const { steps, values } = history.reports(row);
  const last = steps.length - 1;
  if (last < 0) return { tier: 2, loss: Number.POSITIVE_INFINITY };
  const reported = sign * (values[last] as number);
  return {
    tier: 1 + 1 / (2 + Math.max(0, steps[last] as number)),
    loss: Number.isNaN(reported) ? Number.POSITIVE_INFINITY : reported,
  };
}
