import { FinitePoints } from '../enumeration/finite-points.ts';
import type { Proposal } from '../sampler/sampler.ts';
import { hasFreedom, maxAttempts, type Point, samplerAttempts, unsatisfiable } from './acceptance.ts';
import { completePoint } from './complete-point.ts';
import type { PointSource } from './draw-point.ts';
import { mayRepeat, type TriedPoints } from './no-repeats.ts';
import type { ProposalRequest } from './request.ts';

/** Number of uniform draws before an untried point is looked up instead. */
const mostDraws = 16;

/**
 * The points that a sampler ranks for one trial, the best first, and after them uniform draws. Each is determined by its
 * rank. A negative rank is a point of a finite space: -1 minus its cell.
 */
export class Candidates {
  readonly #source: PointSource;
  readonly #request: ProposalRequest;
  readonly #pending: Int32Array | null;
  readonly #seen: readonly number[] | null;
  readonly #ranked: readonly Omit<Proposal, 'others'>[];

  constructor(source: PointSource, request: ProposalRequest, pending: Int32Array | null, proposal: Proposal | null) {
    this.#source = source;
    this.#request = request;
    this.#pending = pending;
    this.#seen = pending === null ? null : Array.from(pending);
    this.#ranked = proposal === null ? [] : [proposal, ...(proposal.others ?? [])];
  }

  /** The point with this rank. `null` if `where` forbids it. */
  at(rank: number): Point | null {
    const request = this.#request;
    const { space, settled } = request;
    if (rank < 0) {
      const x = new FinitePoints(space, settled).point(-1 - rank);
      return { space, x, note: undefined, attrs: undefined, pending: this.#seen, rank };
    }
    const proposal = this.#ranked[rank] ?? null;
    const attempt = proposal === null ? samplerAttempts + rank - this.#ranked.length : rank;
    const context = this.#source.context(request, this.#pending, attempt);
    const point = completePoint(this.#source, request, context, proposal, this.#seen);
    return point === null ? null : { ...point, attrs: proposal?.attrs, rank };
  }

  /**
   * The first point that is new. A trial that may repeat a point gets the first one if all were tried. `exhausted` if there
   * is none.
   */
  first(tried: TriedPoints): Point | 'exhausted' {
    const request = this.#request;
    let repeat: Point | null = null;
    for (let rank = 0; rank <= maxAttempts; rank++) {
      if (rank === this.#ranked.length + mostDraws) {
        const found = tried.untried();
        if (found === 'none') break;
        if (found !== 'unknown')
          return this.at(-1 - new FinitePoints(request.space, request.settled).cell(found)) as Point;
      }
      const point = this.at(rank);
      if (point !== null && !tried.has(point.x)) return point;
      repeat ??= point;
      if (!hasFreedom(request)) break;
    }
    if (repeat !== null && mayRepeat(request)) return repeat;
    if (repeat === null && tried.isEmpty()) throw unsatisfiable(request, maxAttempts);
    return 'exhausted';
  }
}
