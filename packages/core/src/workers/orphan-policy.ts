import { type Check, check, objectWith, oneOfWords } from '../checks/checks.ts';

/** What the next ask does with trials whose worker died. */
export type OrphanPolicy =
  | 'reclaim' // as `{ reclaim: 2 }`
  /**
   * Resumes them, with the same number and parameters, after at most this many deaths of each. After one more, the trial
   * ends as `fail` with reason `crashed`.
   */
  | { readonly reclaim: number }
  | 'fail' // they end as `fail` with reason `lost`
  | 'leave'; // they stay running

/** Attempts after the first one, unless the policy says otherwise. */
const defaultReclaims = 2;

/** How often a trial may be started again after its worker died or its `take` loop was left. */
export function mostReclaims(policy: OrphanPolicy): number {
  return typeof policy === 'object' ? policy.reclaim : defaultReclaims;
}

const isReclaim = objectWith({ reclaim: check.count(0) });
const isWord = oneOfWords('reclaim', 'fail', 'leave');

export const isOrphanPolicy: Check = (value) =>
  typeof value === 'object' && value !== null && 'reclaim' in value ? isReclaim(value) : isWord(value);
