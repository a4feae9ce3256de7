import type { TrialHistory } from '@asktell/core';
import { type Merit, meritOf } from '../outcome/merit.ts';

/** Tier of trials that failed or have no number: all alike, behind all others. */
export const failedTier = 4;

const failed: Merit = { tier: failedTier, loss: 0 };

/**
 * How a finished trial ranks: as in the whole family, and failed ones and NaN last. `null` for a trial that a lost worker left behind: it
 * says nothing about its point.
 */
export function outcomeOf(row: number, history: TrialHistory): Merit | null {
  return meritOf(row, history) ?? (history.failure(row)?.code === 'lost' ? null : failed);
}
