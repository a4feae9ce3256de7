import type { Json } from '../json.ts';
import type { Explanation } from '../sampler/sampler.ts';
import type { PointSource } from './draw-point.ts';
import { noParams, type ProposalRequest } from './request.ts';

/**
 * What the sampler says about its proposal for a request. `null` if it says nothing.
 * @param pending rows of the pending points that the proposal saw
 * @param note the sampler's note of the trial
 */
export function explainProposal(
  source: PointSource,
  request: ProposalRequest,
  pending: Int32Array | null,
  note: Json | undefined,
): Explanation | null {
  const { sampler } = source;
  if (sampler.explain === undefined) return null;
  const soFar = { chosen: () => noParams, note: () => note };
  const part = source.handledPart(request.space);
  const settled =
    part === null ? request.settled : Float64Array.from(part.indexes, (i) => request.settled[i] as number);
  const space = part?.space ?? request.space;
  const context = source.context({ ...request, space, settled }, pending, 0, soFar);
  return sampler.explain(source.stateAt(space, context.history.position), context);
}
