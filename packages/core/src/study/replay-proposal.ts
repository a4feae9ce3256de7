import { type Checks, check, checkOptions } from '../checks/checks.ts';
import type { Directions } from '../history/directions.ts';
import { Replay } from '../session/replay.ts';
import type { FlatParams, Space } from '../space/infer.ts';
import type { Study } from './study.ts';

/** Arguments of an ask that a study does not store. */
export interface ReplayOptions {
  /** The space that was passed to `ask`. Default: the study's own. `null`: none, the parameters were suggested. */
  readonly space?: Space | null;
  /** The total that was given to the ask. Default: none. */
  readonly total?: number;
}

const replayChecks: Checks<ReplayOptions> = { space: check.anything, total: check.count(0) };

/**
 * Proposes a trial again from what is stored: configuration, seed, number, what it had seen, and what was pending then.
 * The result equals the stored parameters for every sampler that keeps the contract. Enqueued values are returned
 * unchanged.
 * @returns the trial's parameters by flat name
 * @throws AsktellError `trial-not-found`, `trial-waiting`, `exhausted`, and what the sampler throws
 * @example expect(await replayProposal(study, 7)).toEqual((await study.trials())[7].flatParams)
 */
export async function replayProposal<P extends object>(
  study: Study<P, Directions>,
  number: number,
  options: ReplayOptions = {},
): Promise<FlatParams> {
  checkOptions('replayProposal', options, replayChecks);
  const { session, space: own, spaces } = study.internals;
  const space = options.space === undefined ? own : options.space === null ? null : await spaces.get(options.space);
  const replay = await Replay.of(session, number, options.total ?? null);
  return space === null ? replay.suggested() : replay.declared(space);
}
