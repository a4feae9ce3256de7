import { andThen, isPromise } from '../awaitable.ts';
import type { Awaitable } from '../json.ts';
import type { Proposal } from '../sampler/sampler.ts';
import type { ActivePart } from '../space/always-active.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { type Acceptance, type Point, samplerAttempts } from './acceptance.ts';
import { completePoint, type ParamSource } from './complete-point.ts';
import type { ProposalRequest } from './request.ts';
import type { AttemptContext, TrialSoFar } from './sample-context.ts';

/** The source of points: the sampler with its states and contexts. */
export interface PointSource extends ParamSource {
  /** The part of a space that the sampler proposes; `null` if it proposes the whole space. */
  handledPart(space: CompiledSpace): ActivePart | null;
  /** The sampler's state after the first `position` finished trials. */
  stateAt(space: CompiledSpace, position: number): unknown;
  context(request: ProposalRequest, pending: Int32Array | null, attempt: number, soFar?: TrialSoFar): AttemptContext;
}

/** The draw of one point. */
interface Draw {
  readonly source: PointSource;
  readonly request: ProposalRequest;
  readonly pending: Int32Array | null;
  readonly seen: readonly number[] | null;
  readonly accept: Acceptance;
  /** Attributes of the sampler's first proposal. They are stored whichever attempt is accepted. */
  attrs: Point['attrs'];
}

/** Draws points for a trial until one is accepted. */
export function drawPoint(
  source: PointSource,
  request: ProposalRequest,
  pending: Int32Array | null,
  accept: Acceptance,
): Awaitable<Point | 'exhausted'> {
  const seen = pending === null ? null : Array.from(pending);
  return drawFrom({ source, request, pending, seen, accept, attrs: undefined }, 0);
}

function drawFrom(draw: Draw, first: number): Awaitable<Point | 'exhausted'> {
  const { source, request, pending } = draw;
  for (let attempt = first; ; ) {
    const context = source.context(request, pending, attempt);
    const proposal = attempt < samplerAttempts ? jointProposal(source, request, context) : null;
    if (isPromise(proposal))
      return proposal.then((settled) => {
        const next = judge(draw, context, settled);
        return typeof next === 'number' ? drawFrom(draw, next) : next;
      });
    const next = judge(draw, context, proposal);
    if (typeof next !== 'number') return next;
    attempt = next;
  }
}

/** The point of one attempt, or the number of the next one. */
function judge(
  draw: Draw,
  context: AttemptContext,
  proposal: Proposal | 'exhausted' | null,
): Point | 'exhausted' | number {
  if (proposal === 'exhausted') return proposal;
  const { source, request, seen, accept } = draw;
  draw.attrs ??= proposal?.attrs;
  const verdict = accept(request, completePoint(source, request, context, proposal, seen), context.attempt);
  return typeof verdict !== 'object' || draw.attrs === undefined ? verdict : { ...verdict, attrs: draw.attrs };
}

/**
 * Define-by-run: the sampler's joint proposal for the parameters that the history knows. The trial takes its values as
 * parameters are suggested.
 */
export function drawObserved(
  source: PointSource,
  request: ProposalRequest,
  pending: Int32Array | null,
): Awaitable<Point | 'exhausted' | null> {
  const { space, settled } = request;
  return andThen(jointProposal(source, request, source.context(request, pending, 0)), (proposal) => {
    if (proposal === 'exhausted' || proposal === null) return proposal;
    return {
      space,
      // Settled values replace proposed ones. Other workers see them as pending.
      x: proposal.x.map((x, i) => (Number.isNaN(settled[i]) ? x : (settled[i] as number))),
      note: proposal.note,
      attrs: proposal.attrs,
      pending: pending === null ? null : Array.from(pending),
    };
  });
}

/** The sampler's joint proposal for the parameters that it handles; `null` if it has no `propose`. */
function jointProposal(
  source: PointSource,
  request: ProposalRequest,
  context: AttemptContext,
): Awaitable<Proposal | 'exhausted' | null> {
  const { sampler } = source;
  if (sampler.propose === undefined) return null;
  const { position } = context.history;
  const part = source.handledPart(request.space);
  if (part === null) return sampler.propose(source.stateAt(request.space, position), context);
  const settled = Float64Array.from(part.indexes, (i) => request.settled[i] as number);
  const inner = source.context({ ...request, space: part.space, settled }, context.history.running, context.attempt);
  return andThen(sampler.propose(source.stateAt(part.space, position), inner), (proposal) => {
    if (proposal === 'exhausted') return proposal;
    const x = new Float64Array(request.space.params.length).fill(Number.NaN);
    part.indexes.forEach((i, k) => {
      x[i] = proposal.x[k] as number;
    });
    return { ...proposal, x };
  });
}
