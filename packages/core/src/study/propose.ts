import { containsInternal, describe, isSingle, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { drawInternal } from '../distribution/draw.ts';
import { AsktellError, show } from '../errors.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Proposal } from '../sampler/sampler.ts';
import { alwaysActive } from '../space/always-active.ts';
import { type CompiledSpace, isActive, type ParamSpec } from '../space/compiled-space.ts';
import { andThen, isPromise } from './awaitable.ts';
import type { RepeatWatch } from './duplicates.ts';
import type { Context, SamplerHost, SampleTask } from './sampling.ts';

/** A complete point of a space: internal values, NaN = inactive. */
export interface Point {
  readonly x: Float64Array;
  readonly note: Json | undefined;
  readonly pending: readonly number[] | null;
}

/** How often a sampler is asked again for a point that `where` allows, before uniform draws take over. */
const samplerAttempts = 64;
/** After so many forbidden points in all, the space counts as unsatisfiable. */
const maxAttempts = 20_000;

/** How often a sampler may propose what is tried already, before a point is looked up instead. */
const mostRepeats = 16;

/** Completes a space for a trial: what is fixed, then the joint proposal, then one by one; redrawn until it is allowed, and new if it has to be. */
export function proposePoint(host: SamplerHost, task: SampleTask): Awaitable<Point | 'exhausted'> {
  const pending = host.pendingRows(task);
  const seen = pending === null ? null : Array.from(pending);
  return attempt({ host, task, pending, seen, watch: host.watch(task), repeats: 0, repeat: null }, 0);
}

/**
 * Define-by-run: what the sampler says jointly about the parameters that the history knows; the trial takes it up as its
 * parameters are suggested. `null` when there is nothing to say. A study that avoids duplicates has all of them drawn here.
 */
export function proposeObserved(host: SamplerHost, task: SampleTask): Awaitable<Point | 'exhausted' | null> {
  if (host.watch(task) !== null) return proposePoint(host, task);
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
  /** What must not be repeated; `null` when nothing, or when there is no other way. */
  watch: RepeatWatch | null;
  /** How often what was proposed had been tried, and the first such point. */
  repeats: number;
  repeat: Point | null;
}

function attempt(draw: Draw, first: number): Awaitable<Point | 'exhausted'> {
  const { host, task, pending } = draw;
  for (let k = first; ; k = next(draw, k)) {
    const context = host.context(task, pending, k);
    const proposal = k < samplerAttempts ? joint(host, task, context) : null;
    if (isPromise(proposal))
      return proposal.then((settled) => settle(draw, context, settled, k) ?? attempt(draw, next(draw, k)));
    const point = settle(draw, context, proposal, k);
    if (point !== null) return point;
  }
}

/** After too many repeats the sampler is not asked again. */
function next({ repeats }: Draw, k: number): number {
  return repeats >= mostRepeats && k < samplerAttempts ? samplerAttempts : k + 1;
}

/** The point of one attempt, `null` when another one is needed. */
function settle(
  draw: Draw,
  context: Context,
  proposal: Proposal | 'exhausted' | null,
  k: number,
): Point | 'exhausted' | null {
  if (proposal === 'exhausted') return proposal;
  const { host, task, watch } = draw;
  const x = complete(host, task, context, proposal, k);
  if (task.space.allows === null || task.space.allows(x)) {
    const point = { x, note: proposal?.note, pending: draw.seen };
    if (watch === null || !watch.isRepeat(x)) return point;
    draw.repeats++;
    draw.repeat ??= point;
  }
  const isFree = hasFreedom(task);
  // Time to look for a point that is new, once.
  if (watch !== null && (!isFree || (k < samplerAttempts && next(draw, k) >= samplerAttempts))) {
    const found = watch.unseen();
    if (typeof found === 'object') return { x: found, note: undefined, pending: draw.seen };
    if (found === 'none') {
      if (!mayRepeat(task)) return ended(draw, watch, k);
      if (draw.repeat !== null) return draw.repeat;
      draw.watch = null;
    }
  }
  if (k < maxAttempts && isFree) return null;
  if (draw.watch !== null) return (mayRepeat(task) ? draw.repeat : null) ?? ended(draw, draw.watch, k);
  throw unsatisfiable(task, k);
}

/** Who enqueues a point twice gets it twice; and what else a define-by-run trial may come to, nobody knows. */
function mayRepeat({ space, enqueued }: SampleTask): boolean {
  return space.origin === 'observed' || (enqueued !== null && space.params.some(({ name }) => enqueued.has(name)));
}

/** There is no new point, as far as one can tell. */
function ended(draw: Draw, watch: RepeatWatch, k: number): 'exhausted' {
  if (draw.repeat !== null || watch.hasSeen()) return 'exhausted';
  throw unsatisfiable(draw.task, k);
}

function unsatisfiable(task: SampleTask, k: number): AsktellError {
  return new AsktellError(
    'unsatisfiable-space',
    `No point allowed by where(…) was found for trial ${task.number} in ${k + 1} tries${describeFixed(task)}; loosen the conditions or the fixed values.`,
  );
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

function complete(
  host: SamplerHost,
  task: SampleTask,
  context: Context,
  proposal: Proposal | null,
  k: number,
): Float64Array {
  const { params } = task.space;
  const x = new Float64Array(params.length).fill(Number.NaN);
  context.chosenSoFar = () => chosenExternal(task, x);
  context.proposedNote = proposal?.note;
  for (let i = 0; i < params.length; i++) {
    if (!isActive(task.space, i, x)) continue;
    const { name, dist } = params[i] as ParamSpec;
    const fixed = task.fixed[i] as number;
    if (!Number.isNaN(fixed)) x[i] = fixed;
    else if (isSingle(dist)) x[i] = dist.kind === 'categorical' ? 0 : dist.low;
    else if (proposal !== null && !Number.isNaN(proposal.x[i]))
      x[i] = checked(host, name, dist, proposal.x[i] as number);
    else
      x[i] =
        k < samplerAttempts ? sampleOne(host, task.space, context, name, dist) : drawInternal(dist, context.rng(name));
  }
  return x;
}

function chosenExternal(task: SampleTask, x: Float64Array): ReadonlyMap<string, Scalar> {
  const out = new Map(task.chosen());
  task.space.params.forEach(({ name, dist }, i) => {
    const value = x[i] as number;
    if (!Number.isNaN(value)) out.set(name, dist.kind === 'categorical' ? (dist.choices[value] as Scalar) : value);
  });
  return out;
}

function checked(host: SamplerHost, name: string, dist: Distribution, x: number): number {
  if (containsInternal(dist, x)) return x + 0;
  throw new AsktellError(
    'invalid-value',
    `Sampler ${show(host.sampler.name)} proposed the internal value ${show(x)} for ${show(name)}, no member of ${describe(dist)}; this is a fault of the sampler.`,
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
  if (Number.isNaN(x)) {
    throw new AsktellError(
      'invalid-value',
      `Sampler ${show(sampler.name)} sampled ${show(value)} for ${show(name)}, no member of ${describe(dist)}; this is a fault of the sampler.`,
    );
  }
  return x;
}

/** The space that keys the state which `propose` and `sampleOne` share. */
function stateSpace(host: SamplerHost, space: CompiledSpace): CompiledSpace {
  return (host.sampler.supports.conditional === true ? null : alwaysActive(space))?.space ?? space;
}

function hasFreedom(task: SampleTask): boolean {
  return task.space.params.some(({ dist }, i) => Number.isNaN(task.fixed[i]) && !isSingle(dist));
}

function describeFixed(task: SampleTask): string {
  const names = task.space.params.filter((_, i) => !Number.isNaN(task.fixed[i])).map(({ name }) => name);
  return names.length === 0 ? '' : ` (fixed: ${names.join(', ')})`;
}
