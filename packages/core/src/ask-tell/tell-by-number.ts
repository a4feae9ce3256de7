import { AsktellError, show } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { isOfStudy, isTrial } from '../trial/is-trial.ts';
import type { TellOptions } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';

/** What has to be known of a trial to tell it. */
export interface Tellable {
  readonly number: number;
  readonly lastReport: number;
}

/**
 * A trial given by number, or one that cannot be told as it is. `null`: it is finished, and that is fine.
 * @throws AsktellError `invalid-argument`, `trial-not-found`, `trial-waiting`, `trial-finished`
 */
export async function findTellable(session: Session, target: unknown, options: TellOptions): Promise<Tellable | null> {
  if (isTrial(target)) return refuse(session, target, options);
  const given = typeof target === 'object' && target !== null ? (target as { number?: unknown }).number : target;
  const number = await requireTellable(session, given, options);
  return number === null ? null : { number, lastReport: lastStored(session, number) };
}

/** A trial of another study, or one that is finished. */
function refuse(session: Session, trial: Trial, options: TellOptions): null {
  const { number, studyRef, writer } = trial;
  if (!isOfStudy(trial, session.study.ref)) {
    throw new AsktellError(
      'trial-not-found',
      `Trial ${number} belongs to study ${show(studyRef.name)}, not to ${show(session.study.ref.name)}; tell it there.`,
    );
  }
  writer.rethrow();
  if (options.skipIfFinished === true) return null;
  throw new AsktellError(
    'trial-finished',
    `Trial ${number} is finished already; pass skipIfFinished: true if that may happen.`,
  );
}

/** Checks a trial given by number. `null`: it is finished, and that is fine. */
async function requireTellable(session: Session, number: unknown, options: TellOptions): Promise<number | null> {
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw new AsktellError('invalid-argument', `tell: give a trial or its number, not ${show(number)}.`);
  }
  await session.refresh();
  const { store } = session;
  if (number >= store.size)
    throw new AsktellError(
      'trial-not-found',
      `Study ${show(session.study.ref.name)} has no trial ${number}; it has ${store.size}.`,
    );
  const state = store.state(number);
  if (state === 'waiting')
    throw new AsktellError('trial-waiting', `Trial ${number} is waiting in the queue; ask for it before you tell it.`);
  if (state === 'running') {
    await session.refresh([number]);
    return number;
  }
  if (options.skipIfFinished === true) return null;
  throw new AsktellError(
    'trial-finished',
    `Trial ${number} is finished already (${state}); pass skipIfFinished: true if that may happen.`,
  );
}

/** The last intermediate value that is stored, NaN when there is none. */
function lastStored(session: Session, number: number): number {
  const { values } = session.store.reports(number);
  return values.length === 0 ? Number.NaN : (values[values.length - 1] as number);
}
