import { AsktellError, type Distribution, describe, type StudyRef, show, type TrialState } from '@asktell/core';

const loneSurrogate = /\p{Surrogate}/u;

/** Names and keys that every version of Optuna can store and that come back as they went in. */
export function checkName(what: string, name: string): void {
  if (typeof name !== 'string')
    throw new AsktellError('invalid-argument', `${what} must be a string, not ${show(name)}.`);
  // Counted as Python does, in code points; no string of 512 units has more of them.
  if (name.length > 512 && [...name].length > 512)
    throw new AsktellError('invalid-argument', `${what} ${show(name)} is longer than 512 characters; shorten it.`);
  if (loneSurrogate.test(name))
    throw new AsktellError(
      'invalid-argument',
      `${what} ${show(name)} holds half of a surrogate pair, which no database can store.`,
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
