import type { TrialHistory } from '@asktell/core';
import { type Merit, meritOf } from '../outcome/merit.ts';

/** Tier of trials that failed or have no value. They are equally good and rank behind all others. */
export const failedTier = 4;

const failed: Merit = { tier: failedTier, loss: 0 };

/**
 * The merit of a finished trial: {@link meritOf}, or the merit of a failed trial.
 * @returns `null` for the trial of a lost worker, which carries no information about its point
 */
export function outcomeOf(row: number, history: TrialHistory): Merit | null {
  return meritOf(row, history) ?? (history.failure(row)?.code === 'lost' ? null : failed);
}
