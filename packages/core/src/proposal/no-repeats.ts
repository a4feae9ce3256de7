import { hasFreedom, type Judge, maxAttempts, type Point, samplerAttempts, unsatisfiable } from './acceptance.ts';
import type { RepeatWatch } from './duplicates.ts';
import type { SampleTask } from './request.ts';

/** How often a sampler may propose what is tried already, before a point is looked up instead. */
const mostRepeats = 16;

/**
 * Takes what is allowed and new, for one trial.
 * @param seen rows of the pending points that the proposals see
 */
export function repeatJudge(seen: readonly number[] | null, watch: RepeatWatch): Judge {
  /** Whether new points may be left. */
  let hopes = true;
  /** How often what was proposed had been tried, and the first such point. */
  let repeats = 0;
  let repeat: Point | null = null;
  /** There is no new point, as far as one can tell. */
  const ended = (task: SampleTask, attempt: number): 'exhausted' => {
    if (repeat !== null || watch.hasSeen()) return 'exhausted';
    throw unsatisfiable(task, attempt);
  };
  return (task, point, attempt) => {
    if (point !== null) {
      if (!hopes || !watch.isRepeat(point.x)) return point;
      repeats++;
      repeat ??= point;
    }
    const isFree = hasFreedom(task);
    // After too many repeats the sampler is not asked again.
    const next = repeats >= mostRepeats && attempt < samplerAttempts ? samplerAttempts : attempt + 1;
    // Time to look for a point that is new, once.
    if (hopes && (!isFree || (attempt < samplerAttempts && next >= samplerAttempts))) {
      const found = watch.unseen();
      if (typeof found === 'object') return { x: found, note: undefined, pending: seen };
      if (found === 'none') {
        if (!mayRepeat(task)) return ended(task, attempt);
        if (repeat !== null) return repeat;
        hopes = false;
      }
    }
    if (attempt < maxAttempts && isFree) return next;
    if (hopes) return (mayRepeat(task) ? repeat : null) ?? ended(task, attempt);
    throw unsatisfiable(task, attempt);
  };
}

/** Who enqueues a point twice gets it twice; and what else a define-by-run trial may come to, nobody knows. */
function mayRepeat({ space, enqueued }: SampleTask): boolean {
  return space.origin === 'observed' || (enqueued !== null && space.params.some(({ name }) => enqueued.has(name)));
}
