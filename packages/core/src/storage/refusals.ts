import { describe } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialState } from '../history/trial-record.ts';
import type { StudyRef } from './storage.ts';

/** The answers that the storage contract prescribes, so that every storage gives them in the same words. */

export function studyExists(name: string): AsktellError {
  return new AsktellError(
    'study-exists',
    `A study named ${show(name)} exists; pass loadIfExists: true, or choose another name.`,
  );
}

export function noStudy(ref: StudyRef): AsktellError {
  return new AsktellError('study-not-found', `There is no study ${show(ref.name)} in this storage; create it first.`);
}

export function studyGone(ref: StudyRef): AsktellError {
  return new AsktellError(
    'study-gone',
    `Study ${show(ref.name)} was deleted while it was open; load or create it again.`,
  );
}

export function noTrial(ref: StudyRef, number: number, size: number): AsktellError {
  return new AsktellError('trial-not-found', `Study ${show(ref.name)} has no trial ${show(number)}; it has ${size}.`);
}

export function trialWaiting(number: number): AsktellError {
  return new AsktellError(
    'trial-waiting',
    `Trial ${number} is waiting in the queue; ask for it before it is told anything.`,
  );
}

export function trialFinished(number: number, state: TrialState): AsktellError {
  return new AsktellError('trial-finished', `Trial ${number} is finished (${state}) and does not change any more.`);
}

export function spaceConflict(name: string, known: Distribution, given: Distribution): AsktellError {
  return new AsktellError(
    'space-conflict',
    `Parameter ${show(name)} is ${describe(known)} in this study and cannot become ${describe(given)}; kind, log and choices are fixed, use another name.`,
  );
}

export function storageClosed(): AsktellError {
  return new AsktellError('storage-closed', 'This storage was closed; open a new one.');
}
