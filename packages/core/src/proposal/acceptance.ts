import { isSingle } from '../distribution/convert.ts';
import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { ProposalRequest } from './request.ts';

/** A complete point of a space, and what is stored with it. */
export interface Point {
  readonly space: CompiledSpace;
  /** Internal values in the order of `space.params`, NaN = inactive. */
  readonly x: Float64Array;
  /** The sampler's note. */
  readonly note: Json | undefined;
  readonly attrs: { readonly [key: string]: Json } | undefined;
  /** Rows of the pending points that the proposal saw; `null` when the sampler reads none. */
  readonly pending: readonly number[] | null;
  /** The rank among the candidates of the trial, see `Candidates`. Omitted: there was one candidate. */
  readonly rank?: number;
}

/**
 * Judges an attempt. Returns the point to take, `exhausted`, or the number of the next attempt. `point` is `null` if
 * `where` forbids the proposal.
 */
export type Acceptance = (
  request: ProposalRequest,
  point: Point | null,
  attempt: number,
) => Point | 'exhausted' | number;

/** Attempts that use the sampler. Later attempts draw uniformly. */
export const samplerAttempts = 64;
/** The space counts as unsatisfiable after this many forbidden points. */
export const maxAttempts = 20_000;

/** Takes every point that `where` allows. */
export const acceptAllowed: Acceptance = (request, point, attempt) => {
  if (point !== null) return point;
  if (attempt < maxAttempts && hasFreedom(request)) return attempt + 1;
  throw unsatisfiable(request, attempt);
};

/** Whether another attempt can give a different point. */
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
