import type { Awaitable, Proposal, SampleContext } from '@asktell/core';
import type { TriedPoints } from './tried-points.ts';

/** How often another proposal is asked for, if the first one was tried already. */
const redraws = 4;

/**
 * A proposal of a finite space that no trial has. A random point if the sampler repeats itself, and a repeat only if nothing
 * is left.
 * @param propose draws a proposal; from 1 on, another one
 */
export function proposeNew(
  propose: (redraw: number) => Awaitable<Proposal>,
  tried: TriedPoints,
  ctx: SampleContext,
): Awaitable<Proposal> {
  const { fixed } = ctx;
  const isNew = ({ x }: Proposal): boolean =>
    tried.isNew(
      Float64Array.from(x, (value, i) => (Number.isNaN(fixed[i] ?? Number.NaN) ? value : (fixed[i] as number))),
      ctx.history,
    );
  const judge = (proposal: Proposal, first: Proposal, redraw: number): Awaitable<Proposal> => {
    if (isNew(proposal)) return proposal;
    if (redraw < redraws) return after(propose(redraw + 1), (next) => judge(next, first, redraw + 1));
    const x = tried.untried(ctx, ctx.rng('untried'));
    if (x === null)
      ctx.host.notice(
        `AutoSampler has tried all ${tried.size} points of the space and repeats them. Use duplicates: 'avoid' to end the study instead.`,
      );
    return x === null || x === undefined ? first : { x };
  };
  return after(propose(0), (first) => judge(first, first, 0));
}

/** Calls `next` with a proposal: at once, or when a long computation has ended in another thread. */
export function after(
  proposal: Awaitable<Proposal>,
  next: (proposal: Proposal) => Awaitable<Proposal>,
): Awaitable<Proposal> {
  return proposal instanceof Promise ? proposal.then(next) : next(proposal);
}
