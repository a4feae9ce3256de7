import { isAsktellError, isTrialPruned } from '../errors.ts';
import type { FinishedState } from '../history/trial-record.ts';
import type { Session } from '../session/session.ts';
import type { Outcome } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import { warnFailed } from '../trial/warn-failed.ts';

/** How a trial of `optimize` has ended that `optimize` has not told, and with which error to go by, if there is one. */
export interface Ending {
  readonly outcome: Outcome;
  readonly error: unknown;
}

/**
 * The objective has told the trial itself, or its result could not be stored: a conflict has failed it, perhaps while the
 * objective went on, or somebody else has finished it (its lease had run out). Anything else leaves an orphan, to be run again.
 * @param thrown by the objective
 * @param refusal why the result was not stored, `undefined` when nobody tried
 */
export async function endedElsewhere(
  session: Session,
  trial: Trial,
  thrown: unknown,
  refusal: unknown,
): Promise<Ending> {
  const { number, writer } = trial;
  if (refusal !== undefined) session.ownership.release(number);
  if (isAsktellError(refusal, 'trial-finished'))
    session.environment.output.warn(
      `Trial ${number} was finished by somebody else in the meantime; this result of it is dropped.`,
    );
  else if (refusal !== undefined && !isAsktellError(refusal, 'space-conflict')) throw refusal;
  await session.refresh();
  const { state, values } = session.store.table.record(number);
  const { conflict } = writer;
  if (conflict !== undefined)
    warnFailed(session, number, { code: 'space-conflict', message: (conflict as Error).message });
  const error = conflict ?? (trial.isAborted || isTrialPruned(thrown) ? undefined : thrown);
  return { outcome: { state: state as FinishedState, values, failure: null }, error };
}
