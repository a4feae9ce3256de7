import type { Json } from '@asktell/core';
import type { Arm } from './recipe.ts';

/** What the sampler stores with a trial that a model proposed. */
export interface GpNote {
  readonly arm: Arm;
  /** What the model of the whole space predicted, in the user's units. */
  readonly mean?: number;
  readonly deviation?: number;
  /** Value of the acquisition function, a logarithm. */
  readonly acquisition?: number;
}

const arms: readonly string[] = ['global', 'trust', 'local', 'quadratic'] satisfies readonly Arm[];

/** Reads a note. `null` for trials of other samplers and for those that no model proposed. */
export function readNote(note: Json | undefined): GpNote | null {
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const { arm } = note as { readonly arm?: Json };
  return typeof arm === 'string' && arms.includes(arm) ? (note as unknown as GpNote) : null;
}
