import type { Scalar } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';

/** What `asktell:note` of a trial holds: everything about its proposal that cannot be recomputed from the history. */
export interface TrialNote {
  /** Define-by-run: external values proposed jointly, taken up by `suggest*` as they are asked for. */
  readonly proposal?: { readonly [name: string]: Scalar };
  /** The sampler's own note. */
  readonly sampler?: Json;
  /** Rows whose pending points the proposal has seen (samplers that support `pending`). */
  readonly pending?: readonly number[];
}

/** Reads a stored note; anything else than an object is no note of ours. */
export function readNote(value: Json | undefined): TrialNote | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TrialNote) : undefined;
}
