import type { Json } from '@asktell/core';
import type { InnerNote } from '../nested/context.ts';
import type { ParentName } from './parents.ts';

/** What is stored with a trial: which sampler proposed it, why, and the note of that sampler. */
export interface AutoNote {
  readonly sampler: ParentName;
  readonly reason: string;
  readonly note?: Json;
}

/** Reads the note of a trial. `null` if this sampler did not write it. */
export function readNote(note: Json | undefined): AutoNote | null {
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const { sampler, reason } = note as { readonly [key: string]: Json };
  return typeof sampler === 'string' && typeof reason === 'string' ? (note as unknown as AutoNote) : null;
}

/** The note of the sampler that proposed the trial, for this sampler only. */
export function noteFor(name: ParentName): InnerNote {
  return (note) => {
    const known = readNote(note);
    return known?.sampler === name ? known.note : undefined;
  };
}

/** Whether Gaussian processes took account of noise, by their note of a trial. */
export function isNoisyNote(note: Json): boolean {
  return typeof note === 'object' && note !== null && !Array.isArray(note) && (note as { noisy?: Json }).noisy === true;
}
