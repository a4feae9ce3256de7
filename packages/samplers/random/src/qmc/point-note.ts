import type { Json } from '@asktell/core';

/** What a trial's note says: which point of which sequence it has. */
export interface PointNote {
  /** Number of the point. */
  readonly point: number;
  /** Fingerprint of the sequence: kind, scrambling, seed and space. */
  readonly of: number;
  /** Points before it that the study turned down for this trial because they repeat others. */
  readonly passed?: readonly number[];
}

/** A note of the sequence with the fingerprint `of`; `null` for anything else. No point is as far as `limit`. */
export function readPointNote(note: Json | undefined, of: number, limit: number): PointNote | null {
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const { point, of: whose, passed } = note as { readonly [key: string]: Json };
  const isPoint = (index: unknown): index is number =>
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < limit;
  if (whose !== of || !isPoint(point)) return null;
  return Array.isArray(passed) ? { point, of, passed: passed.filter(isPoint) } : { point, of };
}
