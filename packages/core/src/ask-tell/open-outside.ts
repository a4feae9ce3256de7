import { andThen, isPromise } from '../awaitable.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import type { Point } from '../proposal/acceptance.ts';
import type { OpenAsk } from '../proposal/blind-host.ts';
import type { LearningHost } from '../proposal/learning-host.ts';
import { failureOps } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';

/** Makes the point of a trial that was granted without one, stores it, and opens the trial. `null` when it has come to nothing. */
export function openOutside(host: LearningHost, ask: OpenAsk, record: TrialRecord): Awaitable<Trial | null> {
  const { session } = ask;
  const { sampler } = host;
  const store = (point: Point | 'exhausted' | null): Awaitable<Trial | null> => {
    if (point === 'exhausted') {
      throw new AsktellError(
        'unsupported',
        `Sampler ${show(sampler.name)} is exhausted but not exclusive; only exclusive samplers can end a study.`,
      );
    }
    const ops = host.opsFor(ask, record, point);
    if (ops.length === 0) return ask.open(record);
    return andThen(session.write(ops), () => {
      session.mirror(ops);
      return ask.open(session.store.record(record.number));
    });
  };
  try {
    const point = host.propose(ask, record);
    if (point === null && sampler.generationKey === undefined) return ask.open(record);
    const stored = andThen(point, store);
    return isPromise(stored) ? stored.catch((error: unknown) => giveUp(ask, record, error)) : stored;
  } catch (error) {
    return giveUp(ask, record, error);
  }
}

/** The trial exists but got no point: it ends as failed rather than stay behind as a riddle. */
function giveUp(ask: OpenAsk, { number }: TrialRecord, error: unknown): Awaitable<null> {
  const { session } = ask;
  session.ownership.release(number);
  ask.blame(number, error);
  const message = error instanceof Error ? error.message : String(error);
  return andThen(session.write(failureOps(number, 'error', message)), () => null);
}
