/** Budget of trials: `100` (that many more) or `{ total: 100 }` (what the storage holds). */
export type TrialBudget = number | { readonly total: number };

/** How many more trials, and how many in all; `null` = no such limit. */
export function readBudget(trials: TrialBudget | undefined): { readonly more: number; readonly total: number | null } {
  return typeof trials === 'object'
    ? { more: Number.POSITIVE_INFINITY, total: trials.total }
    : { more: trials ?? Number.POSITIVE_INFINITY, total: null };
}
