import type { TrialHistory } from '@asktell/core';
import { type Merit, meritOf } from '../outcome/merit.ts';

/** Tier of trials that failed or have no value. They are equally good and rank behind all others. */
export const failedTier = 4;

const failed: Merit = { tier: failedTier, loss: 0 };

/**
 * The merit of a finished trial: {@link meritOf}, or the merit of a failed trial. A value that was told with a standard error
 * counts as worse by this error, so that an uncertain value has to be better to rank as high. With noise of half the spread
 * of the values and errors that differ between trials, the regret of later proposals was 15 % lower (docs/guides/honest-results.md).
 * @returns `null` for the trial of a lost worker, which carries no information about its point
 */
export function outcomeOf(row: number, history: TrialHistory): Merit | null {
  const merit = meritOf(row, history);
  if (merit === null) return history.failure(row)?.code === 'lost' ? null : failed;
  const error = merit.tier === 0 ? (history.sem(row)?.[0] ?? 0) : 0;
  return error === 0 ? merit : { tier: 0, loss: merit.loss + error };
}
