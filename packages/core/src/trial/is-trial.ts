import type { StudyRef } from '../storage/storage.ts';

/** On the prototype of every trial, so that a trial of another copy of this package is recognised, too. */
export const trialBrand: symbol = Symbol.for('asktell.trial');

/** Whether a value is a trial in progress. */
export function isTrial(value: unknown): boolean {
  return typeof value === 'object' && value !== null && trialBrand in value;
}

/** Whether two references name the same study, not only one with the same name. */
export function isSameStudy(a: StudyRef, b: StudyRef): boolean {
  return a.id === b.id && a.name === b.name && a.epoch === b.epoch;
}
