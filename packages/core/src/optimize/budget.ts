import { type Check, check, must } from '../checks/checks.ts';

/** Number of trials: `100` (in this call) or `{ total: 100 }` (in the study, by all workers together). */
export type TrialBudget = number | { readonly total: number };

/** Limits of a budget: `more` trials in this call (else `Infinity`), `total` trials in the study (else `null`). */
export function readBudget(trials: TrialBudget | undefined): { readonly more: number; readonly total: number | null } {
  return typeof trials === 'object'
    ? { more: Number.POSITIVE_INFINITY, total: trials.total }
    : { more: trials ?? Number.POSITIVE_INFINITY, total: null };
}

const isCount = check.count(0);

export const checkBudget: Check = must(
  'a whole number, 0 or more, or { total: … } with such a number',
  (trials) =>
    isCount(typeof trials === 'object' && trials !== null ? (trials as { total?: unknown }).total : trials) === null,
);
