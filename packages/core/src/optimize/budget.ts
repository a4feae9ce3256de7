import { type Check, check, must } from '../checks/checks.ts';

/** Number of trials: `100` (that many more) or `{ total: 100 }` (what the storage holds). */
export type TrialBudget = number | { readonly total: number };

/** How many more trials, and how many in all; `null` = no such limit. */
export function readBudget(trials: TrialBudget | undefined): { readonly more: number; readonly total: number | null } {
  return typeof trials === 'object'
    ? { more: Number.POSITIVE_INFINITY, total: trials.total }
    : { more: trials ?? Number.POSITIVE_INFINITY, total: null };
}

const isCount = check.count(0);

export const checkBudget: Check = must(
  'a whole number from 0 on, or { total: … } with one',
  (trials) =>
    isCount(typeof trials === 'object' && trials !== null ? (trials as { total?: unknown }).total : trials) === null,
);
