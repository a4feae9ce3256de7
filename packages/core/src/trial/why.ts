import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import { enqueuedParams } from '../proposal/request.ts';
import { Replay } from '../session/replay.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';

/** Why a trial got its parameters. */
export interface Why {
  /** The name of the sampler that proposed them, such as `gp`. `null` if they were enqueued. */
  readonly sampler: string | null;
  /** A sentence that says why. */
  readonly reason: string;
  /** Predicted value, in the units of the objective. A list for several objectives. */
  readonly mean?: number | readonly number[];
  /** Standard deviation of the prediction. */
  readonly deviation?: number | readonly number[];
  /** Value of the acquisition function. */
  readonly acquisition?: number;
  /** Logarithm of the ratio of the densities of good and of other trials. */
  readonly logDensityRatio?: number;
  /** Other details, which the documentation of the sampler lists. */
  readonly [detail: string]: Json | undefined;
}

/**
 * Explains a trial.
 * @param session `null` for a trial without a study
 * @param total the total that was given to the ask, `null` if it is unknown
 * @throws AsktellError `trial-waiting`, `unsupported`, and what the storage and the sampler throw
 */
export async function explainTrial(
  session: Session | null,
  number: number,
  space: DeclaredSpace | null,
  total: number | null,
): Promise<Why> {
  if (session === null)
    throw new AsktellError(
      'unsupported',
      `Trial ${number} was not read from a study, so why() cannot explain it. Read it with study.trials().`,
    );
  const replay = await Replay.of(session, number, total);
  const enqueued = enqueuedParams(replay.record);
  if (enqueued !== null && replay.record.names.every((name) => enqueued.has(name)))
    return { sampler: null, reason: 'All parameters were enqueued.' };
  const explanation = replay.explain(space?.compiled ?? null);
  return { sampler: session.sampler.name, reason: 'It is the sampler of the study.', ...explanation } as Why;
}
