import type { StudyRef } from '../storage/storage.ts';
import type { Trial } from './trial.ts';

export const trialBrand: symbol = Symbol.for('asktell.trial');

/** Whether a value is a trial in progress, also one of another copy of this package. */
export function isTrial(value: unknown): value is Trial {
  return typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === trialBrand;
}

/** Whether a trial is one of that very study. */
export function isOfStudy({ studyRef }: Trial, ref: StudyRef): boolean {
  return studyRef.id === ref.id && studyRef.name === ref.name && studyRef.epoch === ref.epoch;
}
