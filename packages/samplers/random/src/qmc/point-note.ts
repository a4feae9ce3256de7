import type { Json } from '@asktell/core';

/** The note of a trial: the point it uses, and the sequence of that point. */
export interface PointNote {
  /** Index of the point in the sequence. */
  readonly point: number;
  /** Fingerprint of the sequence: kind, scrambling, seed and space. */
  readonly of: number;
  /** Indices of earlier points that the study rejected for this trial because they repeat other trials. */
  readonly passed?: readonly number[];
}

/**
 * Reads the note of a trial.
 * @param of fingerprint of the expected sequence
 * @param limit upper bound (exclusive) of valid indices
 * @returns `null` for a note of another sequence or another sampler
 */
export function readPointNote(note: Json | undefined, of: number, limit: number): PointNote | null {
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const { point, of: sequence, passed } = note as { readonly [key: string]: Json };
  const isPoint = (index: unknown): index is number =>
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < limit;
  if (sequence !== of || !isPoint(point)) return null;
  return Array.isArray(passed) ? { point, of, passed: passed.filter(isPoint) } : { point, of };
}
