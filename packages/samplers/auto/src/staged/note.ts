import type { Json } from '@asktell/core';

/** What is stored with each trial: who proposed it. */
export interface StageNote {
  /** Index of the stage. */
  readonly stage: number;
  /** How often the region had changed. Absent: never. */
  readonly change?: number;
  /** The trial was drawn from the whole space. */
  readonly outside?: true;
  /** The note of the stage's sampler. */
  readonly note?: Json;
}

/** Reads the note of a trial. `null` if no stage proposed it. */
export function readStageNote(stored: Json | undefined, stages: number): StageNote | null {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return null;
  const { stage } = stored as { readonly stage?: Json };
  const isIndex = typeof stage === 'number' && Number.isInteger(stage) && stage >= 0 && stage < stages;
  return isIndex ? (stored as unknown as StageNote) : null;
}
