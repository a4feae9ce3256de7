import type { TrialHistory } from '@asktell/core';
import type { Outcome } from './result-buffer.ts';

/** Ranks of kinds of trials: feasible, infeasible, pruned, failed or without a number. */
const tiers = { feasible: 0, infeasible: 1, pruned: 2, failed: 3 } as const;

const failed: Outcome = { tier: tiers.failed, first: 0, second: 0 };

/**
 * How a finished trial ranks: feasible ones by value, then infeasible ones by violation, then pruned ones (those that got further
 * first, then by their last report), failed ones and NaN last, all alike. `null` for a trial that a lost worker left behind: it says
 * nothing about its point.
 */
export function outcomeOf(row: number, history: TrialHistory): Outcome | null {
  const sign = history.directions[0] === 'maximize' ? -1 : 1;
  switch (history.state(row)) {
    case 'complete': {
      const loss = sign * (history.values(0)[row] as number);
      if (Number.isNaN(loss)) return failed;
      const violation = history.violation[row] as number;
      return violation > 0
        ? { tier: tiers.infeasible, first: violation, second: loss }
        : { tier: tiers.feasible, first: loss, second: 0 };
    }
    case 'pruned': {
      const { steps, values } = history.reports(row);
      if (steps.length === 0) return { tier: tiers.pruned, first: Number.POSITIVE_INFINITY, second: 0 };
      const loss = sign * (values[values.length - 1] as number);
      return {
        tier: tiers.pruned,
        first: -(steps[steps.length - 1] as number),
        second: Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss,
      };
    }
    default:
      return history.failure(row)?.code === 'lost' ? null : failed;
  }
}
