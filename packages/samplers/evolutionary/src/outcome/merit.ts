import type { TrialHistory } from '@asktell/core';

/** How good a measured point is: first the tier, then the loss; lower is better in both. */
export interface Merit {
  /** A kind of outcome that is always better than those of higher tiers. 0: measured and feasible. */
  readonly tier: number;
  /** Comparable within a tier only; not NaN. */
  readonly loss: number;
}

/** Negative when `a` is better, 0 when they are equally good. */
export function compareMerit(a: Merit, b: Merit): number {
  if (a.tier !== b.tier) return a.tier - b.tier;
  return a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0;
}

const infeasible = 3;

/**
 * How good a finished trial of a one-objective study was, `null` when that is unknown: failed, or without a value. Complete
 * trials by their value (tier 0); behind them pruned ones, those that came further first, then by the value reported last
 * (tier above 1, at most 2); last infeasible ones by violation (tier 3). A trial without constraints counts as feasible.
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
