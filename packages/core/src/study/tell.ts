import { AsktellError, isAsktellError, show } from '../errors.ts';
import type { FailureReason } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import { isPromise } from './awaitable.ts';
import { decideOutcome, finishOps, type Outcome, type TellOptions } from './outcome.ts';
import type { Session } from './session.ts';
import { isTrial, type Trial } from './trial.ts';

/** Stores how a trial in progress ends, together with everything it has not stored yet. */
export function finishTrial(session: Session, trial: Trial, outcome: Outcome): Awaitable<void> {
  // The usual case: nothing is on its way, one write holds it all.
  const write = (): Awaitable<void> => {
    const pending = trial.writer.takeOps();
    const ops =
      pending.length === 0 ? finishOps(trial.number, outcome) : [...pending, ...finishOps(trial.number, outcome)];
    let written: Awaitable<unknown>;
    try {
      written = session.write(ops);
    } catch (error) {
      return trial.writer.failed(error, pending);
    }
    if (!isPromise(written)) {
      trial.writer.finish();
      return;
    }
    return written.then(
      () => trial.writer.finish(),
      (error: unknown) => trial.writer.failed(error, pending),
    );
  };
  const before = trial.writer.settle();
  return isPromise(before) ? before.then(write) : write();
}

/** `study.tell`. Resolves to whether something was stored. */
export async function tell(
  session: Session,
  target: Trial | number | { readonly number: number },
  value: unknown,
  options: TellOptions,
): Promise<boolean> {
  const objectives = session.study.directions.length;
  const trial = isTrial(target) ? target : null;
  const given = trial === null && typeof target === 'object' && target !== null ? target.number : target;
  const number = trial === null ? await requireTellable(session, given, options) : trial.number;
  if (number === null) return false;
  if (trial !== null) {
    const { ref } = session.study;
    const { studyRef } = trial;
    if (studyRef.id !== ref.id || studyRef.name !== ref.name || studyRef.epoch !== ref.epoch) {
      throw new AsktellError(
        'trial-not-found',
        `Trial ${number} belongs to study ${show(studyRef.name)}, not to ${show(ref.name)}; tell it there.`,
      );
    }
    if (trial.writer.isFinished) {
      trial.writer.rethrow();
      if (options.skipIfFinished === true) return false;
      throw new AsktellError(
        'trial-finished',
        `Trial ${number} is finished already; pass skipIfFinished: true if that may happen.`,
      );
    }
  }
  const lastReport = trial === null ? lastStored(session, number) : trial.lastReport;
  const outcome = decideOutcome(value, options, objectives, lastReport);
  try {
    if (trial !== null) await finishTrial(session, trial, outcome);
    else {
      await session.write(finishOps(number, outcome));
      session.leases.release(number);
    }
  } catch (error) {
    if (isAsktellError(error, 'trial-finished') && options.skipIfFinished === true) return false;
    throw error;
  }
  if (outcome.failure?.code === 'nan') warnFailed(session, number, outcome.failure);
  return true;
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

function lastStored(session: Session, number: number): number {
  const { values } = session.store.reports(number);
  return values.length === 0 ? Number.NaN : (values[values.length - 1] as number);
}

/** One line for every failed trial, never none. */
export function warnFailed(session: Session, number: number, failure: FailureReason): void {
  session.environment.output.warn(`Trial ${number} failed (${failure.code}): ${failure.message}`);
}
