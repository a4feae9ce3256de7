import { containsInternal, describe, isSingle, nthInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { drawInternal } from '../distribution/draw.ts';
import { AsktellError, show } from '../errors.ts';
import type { Proposal, Sampler } from '../sampler/sampler.ts';
import { isActive, type ParamSpec } from '../space/compiled-space.ts';
import { type Point, samplerAttempts } from './acceptance.ts';
import type { BlindHost } from './blind-host.ts';
import type { Context } from './context.ts';
import type { SampleTask } from './request.ts';

/** Completes a proposal: what is fixed, then what is proposed, then one by one. `null` when `where` forbids the point. */
export function completePoint(
  host: BlindHost,
  task: SampleTask,
  context: Context,
  proposal: Proposal | null,
  pending: readonly number[] | null,
): Point | null {
  const { params, allows } = task.space;
  const x = new Float64Array(params.length).fill(Number.NaN);
  context.chosenSoFar = () => chosenExternal(task, x);
  context.proposedNote = proposal?.note;
  for (let i = 0; i < params.length; i++) {
    if (!isActive(task.space, i, x)) continue;
    const { name, dist } = params[i] as ParamSpec;
    const fixed = task.fixed[i] as number;
    if (!Number.isNaN(fixed)) x[i] = fixed;
    else if (isSingle(dist)) x[i] = nthInternal(dist, 0);
    else if (proposal !== null && !Number.isNaN(proposal.x[i]))
      x[i] = checked(host.sampler, name, dist, proposal.x[i] as number);
    else
      x[i] =
        context.attempt < samplerAttempts
          ? sampleOne(host, context, name, dist)
          : drawInternal(dist, context.rng(name));
  }
  return allows === null || allows(x) ? { x, note: proposal?.note, pending } : null;
}

function chosenExternal(task: SampleTask, x: Float64Array): ReadonlyMap<string, Scalar> {
  const out = new Map(task.chosen());
  task.space.params.forEach(({ name, dist }, i) => {
    const value = x[i] as number;
    if (!Number.isNaN(value)) out.set(name, toExternal(dist, value));
  });
  return out;
}

function checked(sampler: Sampler, name: string, dist: Distribution, x: number): number {
  if (containsInternal(dist, x)) return x + 0;
  throw fault(sampler, `proposed the internal value ${show(x)}`, name, dist);
}

function fault(sampler: Sampler, what: string, name: string, dist: Distribution): AsktellError {
  return new AsktellError(
    'invalid-value',
    `Sampler ${show(sampler.name)} ${what} for ${show(name)}, no member of ${describe(dist)}; this is a fault of the sampler.`,
  );
}

/** One parameter by the sampler's `sampleOne`, by a uniform draw when it has none. Internal value. */
export function sampleOne(host: BlindHost, context: Context, name: string, dist: Distribution): number {
  const { sampler } = host;
  if (sampler.sampleOne === undefined) return drawInternal(dist, context.rng(name));
  const value = sampler.sampleOne(host.stateFor(context), context, name, dist);
  const x = toInternal(dist, value);
  if (Number.isNaN(x)) throw fault(sampler, `sampled ${show(value)}`, name, dist);
  return x;
}
