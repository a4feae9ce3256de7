import type { Scalar } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';

/** The content of the attribute `asktell:note`: the part of a proposal that cannot be recomputed from the history. */
export interface TrialNote {
  /** Define-by-run: external values that were proposed jointly. `suggest*` returns them. */
  readonly proposal?: { readonly [name: string]: Scalar };
  /** The sampler's own note. */
  readonly sampler?: Json;
  /**
   * Rows whose pending points the proposal depends on: for samplers that support `pending`, for exclusive ones, and in
   * studies that avoid repeats.
   */
  readonly pending?: readonly number[];
  /** The rank of the point among the candidates of the sampler, see `Candidates`. Omitted: 0, or there was only one. */
  readonly rank?: number;
  /** Running rows that were taken for stale, see `staleAfter`. */
  readonly stale?: readonly number[];
}

/** Reads a stored note. A value that is not an object was not written by Asktell and gives `undefined`. */
export function readNote(value: Json | undefined): TrialNote | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TrialNote) : undefined;
}
