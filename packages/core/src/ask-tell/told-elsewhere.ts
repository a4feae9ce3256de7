import { isAsktellError, isTrialPruned } from '../errors.ts';
import type { FinishedState } from '../history/trial-record.ts';
import type { Session } from '../session/session.ts';
import { type Outcome, warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';

/** How a trial of `optimize` has ended that `optimize` has not told, and the error to act on, if there is one. */
export interface Ending {
  readonly outcome: Outcome;
  readonly error: unknown;
}

/**
 * The objective has told the trial itself, or its result could not be stored: a conflict has failed the trial, or another
 * worker has finished it because the lease had run out. After any other refusal the trial is an orphan, to be run again.
 * @param thrown by the objective
 * @param refusal why the result was not stored, `undefined` when there was no attempt
 */
export async function endedElsewhere(
  session: Session,
  trial: Trial,
  thrown: unknown,
  refusal: unknown,
): Promise<Ending> {
  const { number, buffer } = trial;
  if (refusal !== undefined) session.workers.release(number);
  if (isAsktellError(refusal, 'trial-finished'))
    session.output.warn(
      `Trial ${number} was already finished when its objective returned. The returned value is dropped.`,
    );
  else if (refusal !== undefined && !isAsktellError(refusal, 'space-conflict')) throw refusal;
  await session.refresh();
  const { state, values } = session.history.record(number);
  const { conflict } = buffer;
  if (conflict !== undefined)
    warnFailed(session.output, number, { code: 'space-conflict', message: (conflict as Error).message });
  const error = conflict ?? (trial.isCancelled || isTrialPruned(thrown) ? undefined : thrown);
  return { outcome: { state: state as FinishedState, values, failure: null }, error };
}
