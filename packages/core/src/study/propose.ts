import { containsInternal, describe, isSingle, nthInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { drawInternal } from '../distribution/draw.ts';
import { AsktellError, show } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import type { Proposal } from '../sampler/sampler.ts';
import { alwaysActive } from '../space/always-active.ts';
import { type CompiledSpace, isActive, type ParamSpec } from '../space/compiled-space.ts';
import { andThen, isPromise } from './awaitable.ts';
import { type Judge, type Point, samplerAttempts } from './judge.ts';
import type { Context, SamplerHost, SampleTask } from './sampling.ts';

/** Completes a space for a trial: what is fixed, then the joint proposal, then one by one; redrawn until it is allowed, and new if it has to be. */
export function proposePoint(host: SamplerHost, task: SampleTask): Awaitable<Point | 'exhausted'> {
  const pending = host.pendingRows(task);
  const seen = pending === null ? null : Array.from(pending);
  return attempt({ host, task, pending, seen, judge: host.judge(task, seen) }, 0);
}

/**
 * Define-by-run: what the sampler says jointly about the parameters that the history knows; the trial takes it up as its
 * parameters are suggested. `null` when there is nothing to say. A study that avoids duplicates has all of them drawn here.
 */
export function proposeObserved(host: SamplerHost, task: SampleTask): Awaitable<Point | 'exhausted' | null> {
  if (host.mustBeNew(task)) return proposePoint(host, task);
  const rows = host.pendingRows(task);
  return andThen(joint(host, task, host.context(task, rows, 0)), (p) =>
    p === 'exhausted' || p === null
      ? p
      : {
          // What is fixed wins over the proposal, and others see it as pending.
          x: p.x.map((x, i) => (Number.isNaN(task.fixed[i]) ? x : (task.fixed[i] as number))),
          note: p.note,
          pending: rows === null ? null : Array.from(rows),
        },
  );
}

/** One proposal in the making. */
interface Draw {
  readonly host: SamplerHost;
  readonly task: SampleTask;
  readonly pending: Int32Array | null;
  readonly seen: readonly number[] | null;
  readonly judge: Judge;
}

function attempt(draw: Draw, first: number): Awaitable<Point | 'exhausted'> {
  const { host, task, pending } = draw;
  for (let k = first; ; ) {
    const context = host.context(task, pending, k);
    const proposal = k < samplerAttempts ? joint(host, task, context) : null;
    if (isPromise(proposal))
      return proposal.then((settled) => {
        const verdict = settle(draw, context, settled);
        return typeof verdict === 'number' ? attempt(draw, verdict) : verdict;
      });
    const verdict = settle(draw, context, proposal);
    if (typeof verdict !== 'number') return verdict;
    k = verdict;
  }
}

/** The point of one attempt, or the number of the next one. */
function settle(
  { host, task, seen, judge }: Draw,
  context: Context,
  proposal: Proposal | 'exhausted' | null,
): Point | 'exhausted' | number {
  if (proposal === 'exhausted') return proposal;
  const x = complete(host, task, context, proposal);
  const isAllowed = task.space.allows === null || task.space.allows(x);
  return judge(task, isAllowed ? { x, note: proposal?.note, pending: seen } : null, context.attempt);
}

/** The sampler's joint proposal on all parameters that it can handle. */
function joint(host: SamplerHost, task: SampleTask, context: Context): Awaitable<Proposal | 'exhausted' | null> {
  const { sampler } = host;
  if (sampler.propose === undefined) return null;
  const { position } = context.history;
  const part = sampler.supports.conditional === true ? null : alwaysActive(task.space);
  if (part === null) return sampler.propose(host.state(task.space, position), context);
  const fixed = part.indexes.map((i) => task.fixed[i] as number);
  const inner = host.context(
    { ...task, space: part.space, fixed: Float64Array.from(fixed) },
    context.history.running,
    context.attempt,
  );
  const proposal = sampler.propose(host.state(part.space, position), inner);
  const widen = (p: Proposal | 'exhausted'): Proposal | 'exhausted' => {
    if (p === 'exhausted') return p;
    const x = new Float64Array(task.space.params.length).fill(Number.NaN);
    part.indexes.forEach((i, k) => {
      x[i] = p.x[k] as number;
    });
    return { ...p, x };
  };
  return isPromise(proposal) ? proposal.then(widen) : widen(proposal);
}

function complete(host: SamplerHost, task: SampleTask, context: Context, proposal: Proposal | null): Float64Array {
  const { params } = task.space;
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
      x[i] = checked(host, name, dist, proposal.x[i] as number);
    else
      x[i] =
        context.attempt < samplerAttempts
          ? sampleOne(host, task.space, context, name, dist)
          : drawInternal(dist, context.rng(name));
  }
  return x;
}

function chosenExternal(task: SampleTask, x: Float64Array): ReadonlyMap<string, Scalar> {
  const out = new Map(task.chosen());
  task.space.params.forEach(({ name, dist }, i) => {
    const value = x[i] as number;
    if (!Number.isNaN(value)) out.set(name, toExternal(dist, value));
  });
  return out;
}

function checked(host: SamplerHost, name: string, dist: Distribution, x: number): number {
  if (containsInternal(dist, x)) return x + 0;
  throw fault(host, `proposed the internal value ${show(x)}`, name, dist);
}

function fault(host: SamplerHost, what: string, name: string, dist: Distribution): AsktellError {
  return new AsktellError(
    'invalid-value',
    `Sampler ${show(host.sampler.name)} ${what} for ${show(name)}, no member of ${describe(dist)}; this is a fault of the sampler.`,
  );
}

/** One parameter by the sampler's `sampleOne`, by a uniform draw when it has none. Internal value. */
export function sampleOne(
  host: SamplerHost,
  space: CompiledSpace,
  context: Context,
  name: string,
  dist: Distribution,
): number {
  const { sampler } = host;
  if (sampler.sampleOne === undefined) return drawInternal(dist, context.rng(name));
  const state = sampler.init === undefined ? undefined : host.state(stateSpace(host, space), context.history.position);
  const value = sampler.sampleOne(state, context, name, dist);
  const x = toInternal(dist, value);
  if (Number.isNaN(x)) throw fault(host, `sampled ${show(value)}`, name, dist);
  return x;
}

/** The space that keys the state which `propose` and `sampleOne` share. */
function stateSpace(host: SamplerHost, space: CompiledSpace): CompiledSpace {
  return (host.sampler.supports.conditional === true ? null : alwaysActive(space))?.space ?? space;
}
