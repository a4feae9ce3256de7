import { containsInternal, describe, isSingle, nthInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { drawInternal } from '../distribution/draw.ts';
import { AsktellError, show } from '../errors.ts';
import type { Proposal, Sampler } from '../sampler/sampler.ts';
import { isActive, type ParamSpec } from '../space/compiled-space.ts';
import { type Point, samplerAttempts } from './acceptance.ts';
import { noParams, type ProposalRequest } from './request.ts';
import type { AttemptContext } from './sample-context.ts';

/** The source of single parameters. */
export interface ParamSource {
  readonly sampler: Sampler;
  /** The sampler's state for `sampleOne`. */
  stateFor(context: AttemptContext): unknown;
}

/**
 * Completes a proposal. Each parameter takes its settled value, else the proposed one, else a sampled one. Returns
 * `null` if `where` forbids the point.
 * @throws AsktellError `invalid-value` if the sampler proposes a value out of range
 */
export function completePoint(
  source: ParamSource,
  request: ProposalRequest,
  context: AttemptContext,
  proposal: Proposal | null,
  pending: readonly number[] | null,
): Point | null {
  const { space, settled } = request;
  const { params, allows } = space;
  const x = new Float64Array(params.length).fill(Number.NaN);
  context.soFar = { chosen: () => chosenExternal(request, x), note: () => proposal?.note };
  for (let i = 0; i < params.length; i++) {
    if (!isActive(space, i, x)) continue;
    const { name, dist } = params[i] as ParamSpec;
    const known = settled[i] as number;
    if (!Number.isNaN(known)) x[i] = known;
    else if (isSingle(dist)) x[i] = nthInternal(dist, 0);
    else if (proposal !== null && !Number.isNaN(proposal.x[i]))
      x[i] = checked(source.sampler, name, dist, proposal.x[i] as number);
    else if (context.attempt < samplerAttempts) x[i] = sampleOne(source, context, name, dist);
    else x[i] = drawInternal(dist, context.rng(name));
  }
  if (allows !== null && !allows(x)) return null;
  return { space, x, note: proposal?.note, attrs: undefined, pending };
}

function chosenExternal({ space }: ProposalRequest, x: Float64Array): ReadonlyMap<string, Scalar> {
  const out = new Map(noParams);
  space.params.forEach(({ name, dist }, i) => {
    const value = x[i] as number;
    if (!Number.isNaN(value)) out.set(name, toExternal(dist, value));
  });
  return out;
}

function checked(sampler: Sampler, name: string, dist: Distribution, x: number): number {
  if (containsInternal(dist, x)) return x + 0;
  throw samplerFault(sampler, `proposed the internal value ${show(x)}`, name, dist);
}

function samplerFault(sampler: Sampler, what: string, name: string, dist: Distribution): AsktellError {
  return new AsktellError(
    'invalid-value',
    `Sampler ${show(sampler.name)} ${what} for ${show(name)}, which is not a member of ${describe(dist)}. This is a bug in the sampler.`,
  );
}

/**
 * The internal value of one parameter: from the sampler's `sampleOne`, or a uniform draw if it has none.
 * @throws AsktellError `invalid-value` if the sampler returns a value out of range
 */
export function sampleOne(source: ParamSource, context: AttemptContext, name: string, dist: Distribution): number {
  const { sampler } = source;
  if (sampler.sampleOne === undefined) return drawInternal(dist, context.rng(name));
  const value = sampler.sampleOne(source.stateFor(context), context, name, dist);
  const x = toInternal(dist, value);
  if (Number.isNaN(x)) throw samplerFault(sampler, `sampled ${show(value)}`, name, dist);
  return x;
}
