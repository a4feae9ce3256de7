import { isPromise } from '../awaitable.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import { constraintsOf } from '../history/constraints.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { isSameStudy, isTrial } from '../trial/is-trial.ts';
import { withMeasured, withReportedGradient } from '../trial/measured.ts';
import { decideOutcome, failed, noticeNotAwaited, type TellOptions, warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import { finishOps, type Outcome } from '../workers/ending.ts';
import { recordLate } from './late-tell.ts';

/** What `tell` accepts: a trial, or the number of a running one. */
export type TellTarget = Trial<never> | Trial | number | { readonly number: number };

/**
 * Stores the outcome of a trial, together with everything that it has not stored yet.
 * @param more operations to store in the same write
 * @returns the stored outcome: a failure if the storage refused one of the operations
 */
export function finishTrial(
  session: Session,
  trial: Trial,
  outcome: Outcome,
  more: readonly TrialOp[] = [],
): Awaitable<Outcome> {
  return finishWith(trial, outcome, (ops) => session.write(more.length === 0 ? ops : [...ops, ...more]));
}

/** The outcome of a trial with its last gradient, or a failure if one of its writes was refused and not awaited. */
export function outcomeOf(trial: Trial, outcome: Outcome): Outcome {
  const { refusal } = trial.buffer;
  if (refusal === undefined || outcome.state === 'fail')
    return withReportedGradient(outcome, trial.reports.lastGradient);
  return failureBy(refusal);
}

/** The outcome of a trial that an error ended. */
export function failureBy(error: unknown): Outcome {
  return failed(isAsktellError(error, 'space-conflict') ? 'space-conflict' : 'error', describeError(error));
}

/** Name and message of an error. */
function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : show(error);
}

/**
 * @param store writes the last operations of the trial
 * @returns the stored outcome: a failure if the storage refused one of the operations
 */
function finishWith(
  trial: Trial,
  outcome: Outcome,
  store: (ops: readonly TrialOp[]) => Awaitable<unknown>,
): Awaitable<Outcome> {
  const { number, buffer } = trial;
  const write = (): Awaitable<Outcome> => {
    const pending = buffer.takeOps();
    const ops = pending.length === 0 ? finishOps(number, outcome) : [...pending, ...finishOps(number, outcome)];
    const failed = (error: unknown): Awaitable<Outcome> =>
      pending.length > 0 && buffer.drops(error)
        ? finishWith(trial, outcomeOf(trial, outcome), store)
        : buffer.failed(error, pending);
    let written: Awaitable<unknown>;
    try {
      written = store(ops);
    } catch (error) {
      return failed(error);
    }
    if (!isPromise(written)) {
      buffer.finish();
      return outcome;
    }
    return written.then(() => {
      buffer.finish();
      return outcome;
    }, failed);
  };
  const before = buffer.settle();
  return isPromise(before) ? before.then(write) : write();
}

/** A trial that is told, and how it ends. */
export interface Told {
  readonly number: number;
  /** `null` if it was given by number. */
  readonly trial: Trial | null;
  /** `null` if the trial had already finished and this is to be ignored. */
  readonly outcome: Outcome | null;
}

/**
 * Checks what is told about one trial. Nothing is written.
 * @throws AsktellError `invalid-value`, `invalid-argument`, `trial-not-found`, `trial-waiting`, `trial-finished`
 */
export async function readTold(
  session: Session,
  target: TellTarget,
  value: unknown,
  options: TellOptions,
): Promise<Told> {
  const trial = trialOf(session, target, options);
  const number = trial?.number ?? (await requireNumber(session, target));
  if (trial === null && !(await isTellable(session, number, options))) return { number, trial, outcome: null };
  const lastReport = trial?.reports.lastValue ?? lastStored(session, number);
  const objectives = session.study.directions.length;
  // A loop over its steps was ended by the pruner. What is told then is the value of an unfinished measurement.
  const isCut = trial?.endsAsPruned === true && options.state === undefined;
  const decided = isCut
    ? decideOutcome(undefined, { state: 'pruned' }, objectives, lastReport)
    : decideOutcome(value, options, objectives, lastReport);
  const told = withMeasured(decided, options, objectives, {
    params: () => (trial === null ? session.history.params(number) : trial.chosen),
    constraints: () =>
      trial === null ? constraintsOf(session.history.record(number).systemAttrs) : (trial.constraints ?? new Map()),
  });
  return { number, trial, outcome: trial === null ? told : outcomeOf(trial, told) };
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
  if (options.state === 'pruned' && isTrial(target)) noticeNotAwaited(session, (target as Trial).number);
  const { number, trial, outcome: told } = await readTold(session, target, value, options);
  if (told === null) {
    if (options.skipIfFinished === 'record') await recordLate(session, number, value, options);
    return number;
  }
  let outcome = told;
  try {
    if (trial !== null) outcome = await finishWith(trial, told, (ops) => session.commit(ops));
    else {
      await session.commit(finishOps(number, told, session.history.owner(number) !== null));
      session.workers.drop(number);
    }
  } catch (error) {
    if (!isAsktellError(error, 'trial-finished') || !options.skipIfFinished) throw error;
    if (options.skipIfFinished === 'record') await recordLate(session, number, value, options);
    await session.refresh();
    return number;
  }
  warnTold(session, number, outcome);
  return number;
}

/** Prints a notice about a trial that was told a value and failed. */
export function warnTold(session: Session, number: number, { failure }: Outcome): void {
  if (failure !== null && failure.code !== 'told') warnFailed(session.notices, number, failure);
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
  if (skipIfFinished) return null;
  throw new AsktellError(
    'trial-finished',
    `Trial ${trial.number} is already finished. Pass skipIfFinished: true to ignore this, or 'record' to keep the value with the study.`,
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
  if (skipIfFinished) return false;
  throw new AsktellError(
    'trial-finished',
    `Trial ${number} is already finished (${state}). Pass skipIfFinished: true to ignore this, or 'record' to keep the value with the study.`,
  );
}

/** The stored intermediate value of the largest step, NaN if there is none. */
function lastStored(session: Session, number: number): number {
  const { values } = session.history.reports(number);
  return values.length === 0 ? Number.NaN : (values[values.length - 1] as number);
}
