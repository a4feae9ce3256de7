import type { FailureReason } from '../history/trial-record.ts';
import type { Session } from '../session/session.ts';

/** One line for every failed trial, never none. */
export function warnFailed(session: Session, number: number, failure: FailureReason): void {
  session.environment.output.warn(`Trial ${number} failed (${failure.code}): ${failure.message}`);
}
