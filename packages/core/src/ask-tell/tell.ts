import { isPromise } from '../awaitable.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { isSameStudy, isTrial } from '../trial/is-trial.ts';
import { decideOutcome, finishOps, type Outcome, type TellOptions, warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';

/** What `tell` accepts: a trial, or the number of a running one. */
export type TellTarget = Trial<never> | Trial | number | { readonly number: number };

/** Stores the outcome of a trial, together with everything that it has not stored yet. */
export function finishTrial(session: Session, trial: Trial, outcome: Outcome): Awaitable<void> {
  return finishWith(trial, outcome, (ops) => session.write(ops));
}

/** @param store writes the last operations of the trial */
function finishWith(
  { number, buffer }: Trial,
  outcome: Outcome,
  store: (ops: readonly TrialOp[]) => Awaitable<unknown>,
): Awaitable<void> {
  const write = (): Awaitable<void> => {
    const pending = buffer.takeOps();
    const ops = pending.length === 0 ? finishOps(number, outcome) : [...pending, ...finishOps(number, outcome)];
    let written: Awaitable<unknown>;
    try {
      written = store(ops);
    } catch (error) {
      return buffer.failed(error, pending);
    }
    if (!isPromise(written)) {
      buffer.finish();
      return;
    }
    return written.then(
      () => buffer.finish(),
      (error: unknown) => buffer.failed(error, pending),
    );
  };
  const before = buffer.settle();
  return isPromise(before) ? before.then(write) : write();
}

/**
 * The implementation of `study.tell`. Resolves to the number of the trial, whose row the study returns as a `FrozenTrial`.
 * @throws AsktellError `invalid-value`, `invalid-argument`, `trial-not-found`, `trial-waiting`, `trial-finished`,
 *   `space-conflict`
 */
export async function tell(
  session: Session,
  target: TellTarget,
  value: unknown,
  options: TellOptions,
): Promise<number> {
  const trial = trialOf(session, target, options);
  const number = trial?.number ?? (await requireNumber(session, target));
  if (trial === null && !(await isTellable(session, number, options))) return number;
  const lastReport = trial?.lastReport ?? lastStored(session, number);
  const outcome = decideOutcome(value, options, session.study.directions.length, lastReport);
  try {
    if (trial !== null) await finishWith(trial, outcome, (ops) => session.commit(ops));
    else {
      await session.commit(finishOps(number, outcome));
      session.workers.release(number);
    }
  } catch (error) {
    if (!isAsktellError(error, 'trial-finished') || options.skipIfFinished !== true) throw error;
    await session.refresh();
    return number;
  }
  if (outcome.failure?.code === 'nan') warnFailed(session.output, number, outcome.failure);
  return number;
}

/** The target as a trial that can be told; `null` if it is a number, or a finished trial to skip. */
function trialOf(session: Session, target: TellTarget, { skipIfFinished }: TellOptions): Trial | null {
  if (!isTrial(target)) return null;
  const trial = target as Trial;
  const { ref } = session.study;
  if (!isSameStudy(trial.studyRef, ref))
    throw new AsktellError(
      'trial-not-found',
      `Trial ${trial.number} belongs to study ${show(trial.studyRef.name)}, not to ${show(ref.name)}. Tell it there.`,
    );
  if (!trial.buffer.isFinished) return trial;
  trial.buffer.rethrow();
  if (skipIfFinished === true) return null;
  throw new AsktellError(
    'trial-finished',
    `Trial ${trial.number} is already finished. Pass skipIfFinished: true to ignore this.`,
  );
}

/** The number of an existing trial. Refreshes the history. */
async function requireNumber(session: Session, target: unknown): Promise<number> {
  const number = typeof target === 'object' && target !== null ? (target as { number?: unknown }).number : target;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw new AsktellError('invalid-argument', `tell: the target must be a trial or its number, not ${show(number)}.`);
  await session.refresh();
  const { size } = session.history;
  if (number < size) return number;
  throw new AsktellError(
    'trial-not-found',
    `Study ${show(session.study.ref.name)} has no trial ${number}. It has ${size} trials.`,
  );
}

/** Whether a trial given by number can be told. False if it is finished and `skipIfFinished` is set. */
async function isTellable(session: Session, number: number, { skipIfFinished }: TellOptions): Promise<boolean> {
  const state = session.history.state(number);
  if (state === 'waiting')
    throw new AsktellError('trial-waiting', `Trial ${number} is waiting in the queue. Ask for it before you tell it.`);
  if (state === 'running') {
    await session.refresh([number]);
    return true;
  }
  if (skipIfFinished === true) return false;
  throw new AsktellError(
    'trial-finished',
    `Trial ${number} is already finished (${state}). Pass skipIfFinished: true to ignore this.`,
  );
}

/** The stored intermediate value of the largest step, NaN if there is none. */
function lastStored(session: Session, number: number): number {
  const { values } = session.history.reports(number);
  return values.length === 0 ? Number.NaN : (values[values.length - 1] as number);
}
