import { isSingle } from '../distribution/convert.ts';
import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { SampleTask } from './request.ts';

/** A complete point of a space: internal values, NaN = inactive. */
export interface Point {
  readonly x: Float64Array;
  readonly note: Json | undefined;
  readonly pending: readonly number[] | null;
}

/**
 * What becomes of a proposal, given the number of the attempt and the point, `null` for one that `where` forbids: the point
 * to take, or the number of the next attempt.
 */
export type Judge = (task: SampleTask, point: Point | null, attempt: number) => Point | 'exhausted' | number;

/** How often a sampler is asked again for a point that `where` allows, before uniform draws take over. */
export const samplerAttempts = 64;
/** After so many forbidden points in all, the space counts as unsatisfiable. */
export const maxAttempts = 20_000;

/** Takes whatever is allowed. */
export const plainJudge: Judge = (task, point, attempt) => {
  if (point !== null) return point;
  if (attempt < maxAttempts && hasFreedom(task)) return attempt + 1;
  throw unsatisfiable(task, attempt);
};

export function hasFreedom(task: SampleTask): boolean {
  return task.space.params.some(({ dist }, i) => Number.isNaN(task.fixed[i]) && !isSingle(dist));
}

export function unsatisfiable(task: SampleTask, attempt: number): AsktellError {
  const names = task.space.params.filter((_, i) => !Number.isNaN(task.fixed[i])).map(({ name }) => name);
  const fixed = names.length === 0 ? '' : ` (fixed: ${names.join(', ')})`;
  return new AsktellError(
    'unsatisfiable-space',
    `No point allowed by where(…) was found for trial ${task.number} in ${attempt + 1} tries${fixed}; loosen the conditions or the fixed values.`,
  );
}
