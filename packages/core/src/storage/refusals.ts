import { describe } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialState } from '../history/trial-record.ts';
import type { StudyRef } from './storage.ts';

/** The errors that the storage contract prescribes. Every storage throws these, so that their messages are the same. */

export function studyExists(name: string): AsktellError {
  return new AsktellError(
    'study-exists',
    `A study named ${show(name)} already exists. Pass loadIfExists: true, or choose another name.`,
  );
}

export function noStudy(ref: StudyRef): AsktellError {
  return new AsktellError('study-not-found', `There is no study ${show(ref.name)} in this storage. Create it first.`);
}

export function studyGone(ref: StudyRef): AsktellError {
  return new AsktellError(
    'study-gone',
    `Study ${show(ref.name)} was deleted while it was open. Load or create it again.`,
  );
}

export function noTrial(ref: StudyRef, number: number, size: number): AsktellError {
  return new AsktellError(
    'trial-not-found',
    `Study ${show(ref.name)} has no trial ${show(number)}. It has ${size} trial(s).`,
  );
}

export function trialWaiting(number: number): AsktellError {
  return new AsktellError('trial-waiting', `Trial ${number} is waiting in the queue. Ask for it before you change it.`);
}

export function trialFinished(number: number, state: TrialState): AsktellError {
  return new AsktellError('trial-finished', `Trial ${number} is finished (${state}) and can no longer change.`);
}

export function spaceConflict(name: string, known: Distribution, given: Distribution): AsktellError {
  return new AsktellError(
    'space-conflict',
    `Parameter ${show(name)} is ${describe(known)} in this study and cannot become ${describe(given)}. Kind, log and choices are fixed: use another name.`,
  );
}

export function storageClosed(): AsktellError {
  return new AsktellError('storage-closed', 'This storage is closed. Open a new one.');
}
