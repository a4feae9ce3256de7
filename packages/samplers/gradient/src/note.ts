import type { Json } from '@asktell/core';

/** How a trial belongs to a chain. Stored as the note of its proposal. */
export interface ChainNote {
  /** Number of the trial that the chain started from. */
  readonly chain: number;
  /** Number of the trial that the step starts from. */
  readonly from: number;
  /** The decrease that the model predicts. `null`: the base proposed other parameters at the same position. */
  readonly decrease: number | null;
}

/** Joins the parts of a note. `undefined` if there is nothing to store. */
export function noteOf(chain: ChainNote | null, base: Json | undefined): Json | undefined {
  if (chain === null && base === undefined) return undefined;
  return { gradient: chain === null ? null : { ...chain }, ...(base === undefined ? {} : { base }) };
}

interface OwnNote {
  readonly gradient: Json;
  readonly base?: Json;
}

function isOwn(note: Json | undefined): note is Json & OwnNote {
  return typeof note === 'object' && note !== null && !Array.isArray(note) && 'gradient' in note;
}

/** The note of the base sampler. A note that another sampler has stored is passed on. */
export function baseNote(note: Json | undefined): Json | undefined {
  return isOwn(note) ? note.base : note;
}

/** The chain that a trial belongs to, `null` for none. */
export function chainNote(note: Json | undefined): ChainNote | null {
  if (!isOwn(note)) return null;
  const { chain, from, decrease } = (note.gradient ?? {}) as Partial<ChainNote>;
  if (typeof chain !== 'number' || typeof from !== 'number') return null;
  if (decrease !== null && !(typeof decrease === 'number' && decrease > 0)) return null;
  return { chain, from, decrease };
}
