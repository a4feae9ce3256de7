import { containsInternal, type ParamSpec, type SampleContext } from '@asktell/core';
import { powerOfTwo } from '@asktell/numerics/elementary';
import type { Chain, ChainStep } from './chain.ts';
import type { Measurement } from './measurement.ts';
import { type ChainNote, chainNote } from './note.ts';
import type { GradientState } from './state.ts';

/** What a trial is for. */
export type Turn =
  /** The base proposes everything. */
  | { readonly kind: 'base' }
  /** The base completes a point whose floats are given: a start on the sequence, or the position of a chain. */
  | { readonly kind: 'complete'; readonly x: Float64Array; readonly note: ChainNote | null }
  /** The next step of a chain. */
  | { readonly kind: 'step'; readonly x: Float64Array; readonly note: ChainNote };

interface Option {
  readonly chain: Chain<Measurement>;
  readonly step: ChainStep;
  readonly x: Float64Array;
  /** Expected loss after the step. */
  readonly promise: number;
}

const base: Turn = { kind: 'base' };

/** Share of a chain's turns that keep its position and let the base propose the other parameters. */
const completeShare = 0.3;
/** Share of the trials without a chain that are on the sequence, if gradients are fully trusted. */
const sequenceShare = 0.5;
/** Number of judged steps before trials without a chain are on the sequence. */
const leastJudged = 3;
/** Number of redraws that shorten the step. After them the base proposes. */
const shorterSteps = 6;

/** Decides what the asked trial is for. Draws from its own stream. */
export function turnOf(state: GradientState, ctx: SampleContext, starts: number): Turn {
  const { axes } = state;
  if (axes.size === 0 || ctx.attempt > shorterSteps) return base;
  if (state.finished < starts && (state.finished === 0 || state.measured > 0)) return start(state, ctx);
  if (state.measured === 0) return base;
  const rng = ctx.rng('gradient turn');
  const options = optionsOf(state, ctx);
  // Without known running trials, concurrent workers must not all take the same step.
  const isBlind = ctx.space.origin === 'observed' && ctx.trial.number > ctx.history.finished.length;
  const pick = isBlind ? options[rng.int(0, Math.max(0, options.length - 1))] : options[0];
  if (
    pick !== undefined &&
    rng.float() < followShare(state.chains.has(pick.chain.start.row) ? pick.chain.trust : state.trust)
  ) {
    const { chain, step } = pick;
    const place = { chain: chain.start.row, from: chain.centre.row };
    if (hasOthers(state, chain.centre) && rng.float() < completeShare) {
      const x = heldPositions(state, chain.centre);
      return { kind: 'complete', x, note: { ...place, decrease: null } };
    }
    return { kind: 'step', x: pick.x, note: { ...place, decrease: step.decrease } };
  }
  const isEarned = state.judged >= leastJudged;
  return pick === undefined && isEarned && rng.float() < sequenceShare * state.trust ? start(state, ctx) : base;
}

/** The probability that a trial follows a gradient with this trust. */
function followShare(trust: number): number {
  return Math.min(0.95, 2 * trust * trust);
}

/** A point of the space-filling sequence. */
function start({ axes, sequence }: GradientState, ctx: SampleContext): Turn {
  if (sequence === null || ctx.attempt > 0) return base;
  const x = new Float64Array(ctx.space.params.length).fill(Number.NaN);
  for (const i of axes.indexes) x[i] = 0;
  axes.toInternal(sequence.point(ctx.trial.number), x);
  return { kind: 'complete', x, note: null };
}

/** The chains that can go on, and a new one, by what they promise. */
function optionsOf(state: GradientState, ctx: SampleContext): readonly Option[] {
  const { history } = ctx;
  const busy = new Set<number>();
  for (const row of history.running) {
    const note = chainNote(history.note(row));
    if (note !== null) busy.add(note.chain);
  }
  const options: Option[] = [];
  const add = (chain: Chain<Measurement>): boolean => {
    const option = isCompatible(chain.centre, ctx) ? optionOf(state, chain, ctx) : null;
    if (option !== null) options.push(option);
    return option !== null;
  };
  for (const [row, chain] of state.chains) if (!busy.has(row)) add(chain);
  for (const point of state.freshCandidates()) if (!busy.has(point.row) && add(state.newChain(point))) break;
  return options.sort((a, b) => a.promise - b.promise);
}

function optionOf(state: GradientState, chain: Chain<Measurement>, ctx: SampleContext): Option | null {
  const step = chain.next(powerOfTwo(-ctx.attempt));
  if (step === null) return null;
  const { centre } = chain;
  const x = centre.x.slice();
  state.axes.toInternal(step.u, x);
  // Where no derivative is known, the position is kept bit for bit.
  for (let a = 0; a < state.axes.size; a++) {
    const i = state.axes.indexes[a] as number;
    if (Number.isNaN(centre.g[a])) x[i] = centre.x[i] as number;
  }
  const isMember = (value: number, i: number): boolean =>
    Number.isNaN(value) || containsInternal((ctx.space.params[i] as ParamSpec).dist, value);
  if (!x.every(isMember) || x.every((value, i) => Object.is(value, centre.x[i]))) return null;
  return { chain, step, x, promise: centre.loss - chain.trust * step.decrease };
}

/** Whether the settled values of the trial are those of the point. */
function isCompatible(point: Measurement, { fixed }: SampleContext): boolean {
  return fixed.every((value, i) => Number.isNaN(value) || value === point.x[i]);
}

function hasOthers({ axes }: GradientState, { g, x }: Measurement): boolean {
  return axes.others.length > 0 || axes.indexes.some((i, a) => Number.isNaN(g[a]) && !Number.isNaN(x[i]));
}

/** The floats that a chain moves, at its position. NaN for everything else. */
function heldPositions({ axes }: GradientState, { g, x }: Measurement): Float64Array {
  const held = new Float64Array(x.length).fill(Number.NaN);
  for (let a = 0; a < axes.size; a++) {
    const i = axes.indexes[a] as number;
    if (!Number.isNaN(g[a])) held[i] = x[i] as number;
  }
  return held;
}
