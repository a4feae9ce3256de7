import { AsktellError, show } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import type { TrialHistory } from '../history/history.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { toFlat } from '../space/flat.ts';
import type { Study } from './study.ts';

/** What a model of a study is made from. */
export interface ModelInput {
  /** Up to date. */
  readonly history: TrialHistory;
  /** The declared space. Without one: the parameters that all complete trials have in common. */
  readonly space: CompiledSpace;
  /** The given points: values by flat name, not checked. */
  readonly points: readonly { readonly [name: string]: unknown }[];
}

/**
 * Reads a study for a function that models it.
 * @param where name of the function, for errors
 * @param points params objects as trials have them
 * @throws AsktellError `invalid-argument` for something else than a study and for a point that is not an object, `invalid-value`
 *   for an unknown name or branch
 */
export async function readModelInput<P extends object>(
  where: string,
  study: Study<P, Directions>,
  points: readonly unknown[],
): Promise<ModelInput> {
  if (typeof study !== 'object' || study === null || study.internals === undefined)
    throw new AsktellError('invalid-argument', `${where}: study must be a study, not ${show(study)}.`);
  const { session, space } = study.internals;
  for (const point of points)
    if (typeof point !== 'object' || point === null || Array.isArray(point))
      throw new AsktellError(
        'invalid-argument',
        `${where}: params must be an object such as { x: 0.5 }, or a list of them, not ${show(point)}.`,
      );
  await session.refresh();
  return {
    history: study.history,
    space: space?.compiled ?? session.proposer.observedAt(Number.POSITIVE_INFINITY),
    points: points.map((point) =>
      space === null ? { ...(point as object) } : Object.fromEntries(toFlat(space, point as object)),
    ),
  };
}
