import { type Acceptance, hasFreedom, maxAttempts, type Point, samplerAttempts, unsatisfiable } from './acceptance.ts';
import type { ProposalRequest } from './request.ts';

/** Whether a study may try a point again. `avoid` proposes only points that no trial has tried or is trying. */
export type DuplicatePolicy = 'allow' | 'avoid';

/** The points that one trial must not repeat: those of finished trials that it saw, and those of running trials. */
export interface TriedPoints {
  /** Whether a complete point is among them. */
  has(x: Float64Array): boolean;
  /**
   * A point that is not among them, agrees with the settled values and is allowed by `where`. `none` if there is none,
   * `unknown` if there are too many points to search.
   */
  untried(): Float64Array | 'none' | 'unknown';
  /** Whether fewer than `count` such points are left. False if that is unknown. */
  hasFewerThan(count: number): boolean;
  /** Whether any trial has tried or is trying any point. */
  isEmpty(): boolean;
}

/** Number of repeats that a sampler may propose before an untried point is looked up instead. */
const mostRepeats = 16;

/**
 * Takes only points that are allowed and new. Serves one trial.
 * @param pending rows of the pending points that the proposals see
 */
export function acceptNew(pending: readonly number[] | null, tried: TriedPoints): Acceptance {
  /** Whether untried points may be left. */
  let mayBeNew = true;
  let repeats = 0;
  /** The first repeat that was proposed. */
  let repeat: Point | null = null;
  const ended = (request: ProposalRequest, attempt: number): 'exhausted' => {
    if (repeat !== null || !tried.isEmpty()) return 'exhausted';
    throw unsatisfiable(request, attempt);
  };
  return (request, point, attempt) => {
    if (point !== null) {
      if (!mayBeNew || !tried.has(point.x)) return point;
      repeats++;
      repeat ??= point;
    }
    const isFree = hasFreedom(request);
    // After too many repeats the sampler is not asked again.
    const next = repeats >= mostRepeats && attempt < samplerAttempts ? samplerAttempts : attempt + 1;
    // An untried point is looked up once, before uniform draws begin.
    if (mayBeNew && (!isFree || (attempt < samplerAttempts && next >= samplerAttempts))) {
      const found = tried.untried();
      if (typeof found === 'object')
        return { space: request.space, x: found, note: undefined, attrs: undefined, pending };
      if (found === 'none') {
        if (!mayRepeat(request)) return ended(request, attempt);
        if (repeat !== null) return repeat;
        mayBeNew = false;
      }
    }
    if (attempt < maxAttempts && isFree) return next;
    if (mayBeNew) return (mayRepeat(request) ? repeat : null) ?? ended(request, attempt);
    throw unsatisfiable(request, attempt);
  };
}

/** A point that is enqueued twice runs twice. In define-by-run studies a trial may still differ in later parameters. */
export function mayRepeat({ space, enqueued }: ProposalRequest): boolean {
  return space.origin === 'observed' || (enqueued !== null && space.params.some(({ name }) => enqueued.has(name)));
}
