import { isPromise } from '../awaitable.ts';
import { isAsktellError } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import { isOfStudy, isTrial } from '../trial/is-trial.ts';
import { decideOutcome, finishOps, type Outcome, type TellOptions } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import { warnFailed } from '../trial/warn-failed.ts';

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
  const trial = isTrial(target) && isOfStudy(target, session.study.ref) && !target.writer.isFinished ? target : null;
  // The usual trial is at hand. What looks others up is loaded only when it is needed.
  const found = trial ?? (await session.seldom(({ findTellable }) => findTellable(session, target, options)));
  if (found === null) return false;
  const { number } = found;
  const objectives = session.study.directions.length;
  const outcome =
    decideOutcome(value, options, objectives, found.lastReport) ??
    (await session.seldom(({ refuseOutcome }) => refuseOutcome(value, options, objectives)));
  try {
    if (trial !== null) await finishTrial(session, trial, outcome);
    else {
      await session.write(finishOps(number, outcome));
      session.ownership.release(number);
    }
  } catch (error) {
    if (isAsktellError(error, 'trial-finished') && options.skipIfFinished === true) return false;
    throw error;
  }
  if (outcome.failure?.code === 'nan') warnFailed(session, number, outcome.failure);
  return true;
}
