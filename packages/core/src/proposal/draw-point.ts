import { andThen, isPromise } from '../awaitable.ts';
import type { Awaitable } from '../json.ts';
import type { Proposal } from '../sampler/sampler.ts';
import { alwaysActive } from '../space/always-active.ts';
import { type Judge, type Point, samplerAttempts } from './acceptance.ts';
import { completePoint } from './complete-point.ts';
import type { LearningContext } from './learning-context.ts';
import type { LearningHost } from './learning-host.ts';
import type { SampleTask } from './request.ts';

/** Completes a space for a trial: what is fixed, then the joint proposal, then one by one; redrawn until it is allowed, and new if it has to be. */
export function proposePoint(host: LearningHost, task: SampleTask): Awaitable<Point | 'exhausted'> {
  const pending = host.pendingRows(task);
  const seen = pending === null ? null : Array.from(pending);
  return attempt({ host, task, pending, seen, judge: host.judge(task, seen) }, 0);
}

/**
 * Define-by-run: what the sampler says jointly about the parameters that the history knows; the trial takes it up as its
 * parameters are suggested. `null` when there is nothing to say. A study that avoids duplicates has all of them drawn here.
 */
export function proposeObserved(host: LearningHost, task: SampleTask): Awaitable<Point | 'exhausted' | null> {
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
  readonly host: LearningHost;
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
  context: LearningContext,
  proposal: Proposal | 'exhausted' | null,
): Point | 'exhausted' | number {
  if (proposal === 'exhausted') return proposal;
  return judge(task, completePoint(host, task, context, proposal, seen), context.attempt);
}

/** The sampler's joint proposal on all parameters that it can handle. */
function joint(
  host: LearningHost,
  task: SampleTask,
  context: LearningContext,
): Awaitable<Proposal | 'exhausted' | null> {
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
