import { keys } from '../attribute-keys.ts';
import { andThen, isPromise } from '../awaitable.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import { attemptsOp, failureOps } from '../workers/ending.ts';
import { mostReclaims } from '../workers/orphan-policy.ts';
import { crashed } from '../workers/sweep.ts';

/**
 * Gives up trials that this handle runs: they stay running, with what they have stored, and the next ask takes them. A
 * trial that has ended, or that another worker has taken over, stays as it is.
 */
export function releaseTrials(session: Session, numbers: readonly number[]): Awaitable<void> {
  return giveUp(session, numbers, ({ number }) => [ownerOp(session, number)]);
}

/**
 * Gives up a trial whose `take` loop was left before it was told. This counts as an attempt, because a trial that makes the
 * loop throw would do so in every run. After too many attempts the trial ends as `crashed`.
 */
export function abandonTrial(session: Session, trial: Trial): Awaitable<void> {
  const { number, unfit } = trial;
  if (trial.buffer.isFinished || !session.workers.active.has(number)) return;
  return giveUp(session, [number], ({ systemAttrs }) => {
    const failure = unfit === undefined ? null : ({ code: 'space-conflict', message: unfit.message } as const);
    const before = systemAttrs?.get(keys.attempts);
    const attempts = (typeof before === 'number' ? before : 0) + 1;
    const end = failure ?? (attempts > mostReclaims(session.orphans) ? crashed(number, attempts) : null);
    if (end === null) return [attemptsOp(number, attempts), ownerOp(session, number)];
    warnFailed(session.notices, number, end);
    return failureOps(number, end.code, end.message);
  });
}

function ownerOp(session: Session, number: number): TrialOp {
  return {
    kind: 'attr',
    number,
    scope: 'system',
    key: keys.owner,
    value: session.workers.released as unknown as Json,
  };
}

/** Stores what the trials have not stored yet, and then `opsOf` each. */
function giveUp(
  session: Session,
  numbers: readonly number[],
  opsOf: (record: TrialRecord) => readonly TrialOp[],
): Awaitable<void> {
  const { workers } = session;
  const held = numbers.filter((number) => workers.active.has(number));
  if (held.length === 0) return;
  const pending = new Map(held.map((number) => [number, workers.active.get(number)?.takeOps() ?? []]));
  const write = (withPending: boolean): Awaitable<unknown> =>
    session.writeOwned(
      held,
      (record) => [...(withPending ? (pending.get(record.number) ?? []) : []), ...opsOf(record)],
      () => undefined,
    );
  /** A single invalid operation must not keep the other trials from being released. */
  const writeWithoutPending = (): Awaitable<unknown> => write(false);
  let written: Awaitable<unknown>;
  try {
    written = write(true);
    if (isPromise(written)) written = written.catch(writeWithoutPending);
  } catch {
    written = writeWithoutPending();
  }
  return andThen(written, () => {
    for (const number of held) workers.drop(number);
  });
}
