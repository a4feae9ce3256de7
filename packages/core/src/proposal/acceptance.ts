import { isSingle } from '../distribution/convert.ts';
import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { ProposalRequest } from './request.ts';

/** A complete point of a space, with what is to be stored about it. */
export interface Point {
  readonly space: CompiledSpace;
  /** Internal values in the order of `space.params`, NaN = inactive. */
  readonly x: Float64Array;
  /** The sampler's note. */
  readonly note: Json | undefined;
  readonly attrs: { readonly [key: string]: Json } | undefined;
  /** Rows of the pending points that the proposal saw; `null` when the sampler reads none. */
  readonly pending: readonly number[] | null;
}

/**
 * Decides what becomes of an attempt: the point to take, or the number of the next attempt. The point is `null` when `where`
 * forbids what was proposed.
 */
export type Acceptance = (
  request: ProposalRequest,
  point: Point | null,
  attempt: number,
) => Point | 'exhausted' | number;

/** How often a sampler is asked again for a point that `where` allows, before uniform draws take over. */
export const samplerAttempts = 64;
/** After this many forbidden points the space counts as unsatisfiable. */
export const maxAttempts = 20_000;

/** Takes every point that `where` allows. */
export const acceptAllowed: Acceptance = (request, point, attempt) => {
  if (point !== null) return point;
  if (attempt < maxAttempts && hasFreedom(request)) return attempt + 1;
  throw unsatisfiable(request, attempt);
};

/** Whether another attempt can give another point. */
export function hasFreedom({ space, settled }: ProposalRequest): boolean {
  return space.params.some(({ dist }, i) => Number.isNaN(settled[i]) && !isSingle(dist));
}

export function unsatisfiable({ number, space, settled }: ProposalRequest, attempt: number): AsktellError {
  const names = space.params.filter((_, i) => !Number.isNaN(settled[i])).map(({ name }) => name);
  const fixed = names.length === 0 ? '' : ` (fixed: ${names.join(', ')})`;
  return new AsktellError(
    'unsatisfiable-space',
    `No point allowed by where(…) was found for trial ${number} in ${attempt + 1} attempts${fixed}. Loosen the conditions or the fixed values.`,
  );
}
