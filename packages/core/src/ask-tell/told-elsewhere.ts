import { isAsktellError, isTrialPruned } from '../errors.ts';
import type { FinishedState } from '../history/trial-record.ts';
import type { Session } from '../session/session.ts';
import { warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { Outcome } from '../workers/ending.ts';

/** How a trial of `optimize` ended that `optimize` did not tell, and the error to handle, if any. */
export interface Ending {
  readonly outcome: Outcome;
  readonly error: unknown;
}

/**
 * Handles a trial whose outcome `optimize` did not store. The objective told it itself, or storing failed: a space
 * conflict ended the trial, or another worker finished it after the lease expired. After any other error the trial is
 * an orphan.
 * @param thrown what the objective threw
 * @param refusal the error of storing the outcome, `undefined` if this was not tried
 * @throws `refusal`, unless the trial has ended
 */
export async function endedElsewhere(
  session: Session,
  trial: Trial,
  thrown: unknown,
  refusal: unknown,
): Promise<Ending> {
  const { number, buffer } = trial;
  if (refusal !== undefined) session.workers.drop(number);
  if (isAsktellError(refusal, 'trial-finished'))
    session.notices.print(
      'error',
      'told late',
      `Trial ${number} was already finished when its objective returned. The returned value is ignored.`,
    );
  else if (refusal !== undefined && !isAsktellError(refusal, 'space-conflict')) throw refusal;
  await session.refresh();
  const { state, values } = session.history.record(number);
  const { conflict } = buffer;
  if (conflict !== undefined)
    warnFailed(session.notices, number, { code: 'space-conflict', message: (conflict as Error).message });
  const error = conflict ?? (trial.cancellation !== null || isTrialPruned(thrown) ? undefined : thrown);
  return { outcome: { state: state as FinishedState, values, failure: null }, error };
}
