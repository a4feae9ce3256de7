import type { Explanation, Json } from '@asktell/core';
import { type Arm, allArms } from './recipe.ts';

/** What is stored with a trial that a model proposed. */
export interface GpNote {
  readonly arm: Arm;
}

/** Reads the note of a trial. `null` if no arm proposed it. */
export function readNote(note: Json | undefined): GpNote | null {
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const { arm } = note as { readonly arm?: Json };
  return allArms.some((known) => known === arm) ? (note as unknown as GpNote) : null;
}

/** Mean and standard deviation of a prediction in the user's units, one per objective. */
export interface Prediction {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Number of digits of stored numbers: enough to look at, and short. */
const digits = 6;

/**
 * The note of a proposal. Lists of one number become the number; numbers that JSON cannot hold are left out.
 * @param isNoisy whether the proposal takes account of noise
 */
export function noteOf(arm: Arm | null, prediction: Prediction | null, acquisition: number, isNoisy: boolean): Json {
  const note: { [key: string]: Json } = {};
  if (arm !== null) note['arm'] = arm;
  if (isNoisy) note['noisy'] = true;
  if (prediction !== null && [...prediction.mean, ...prediction.deviation].every(Number.isFinite)) {
    note['mean'] = shortList(prediction.mean);
    note['deviation'] = shortList(prediction.deviation);
  }
  if (Number.isFinite(acquisition)) note['acquisition'] = short(acquisition);
  return note;
}

function shortList(values: readonly number[]): Json {
  return values.length === 1 ? short(values[0] as number) : values.map(short);
}

function short(value: number): number {
  return Number(value.toPrecision(digits));
}

const reasons: { readonly [arm in Arm]: string } = {
  global: 'It has the largest expected improvement in the whole space.',
  choices: 'It has the largest expected improvement among points with other choices than the best one.',
  trust: 'It has the largest expected improvement in a trust region around the best point.',
  local: 'It has the largest expected improvement near the best point, by a model of the trials there.',
  quadratic: 'It is the minimum of a quadratic through the trials near the best point.',
};

/** The note of a trial as an explanation. */
export function explanationOf(note: Json | undefined): Explanation {
  const known = readNote(note);
  if (known !== null) return { reason: reasons[known.arm], ...(note as { readonly [detail: string]: Json }) };
  if (typeof note === 'object' && note !== null && !Array.isArray(note))
    return { reason: 'It has the largest expected improvement.', ...(note as { readonly [detail: string]: Json }) };
  return { reason: 'The first trials fill the space.' };
}
