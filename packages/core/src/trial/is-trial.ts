import type { StudyRef } from '../storage/storage.ts';

/** Key on the prototype of `Trial`, by which trials of other copies of this package are recognized. */
export const trialBrand: symbol = Symbol.for('asktell.trial');

/** Whether a value is a trial in progress. */
export function isTrial(value: unknown): boolean {
  return typeof value === 'object' && value !== null && trialBrand in value;
}

/**
 * Whether two references identify the same study, and not two studies of the same name. A study that another program
 * created has no epoch until the first write.
 */
export function isSameStudy(a: StudyRef, b: StudyRef): boolean {
  return a.id === b.id && a.name === b.name && (a.epoch === b.epoch || a.epoch === null || b.epoch === null);
}
