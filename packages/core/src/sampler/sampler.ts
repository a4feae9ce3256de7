import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { TrialHistory } from '../history/history.ts';
import type { StateFold } from '../history/state-fold.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Rng } from '../rng/rng.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';

/** A joint proposal for one trial. */
export interface Proposal {
  /** Internal values in the order of `space.params`. NaN leaves a parameter to `sampleOne`. */
  readonly x: Float64Array;
  /** Plain JSON that cannot be recomputed from the history. Stored with the trial, read back by `history.note(row)`. */
  readonly note?: Json;
  /**
   * System attributes to store with the trial, such as the generation that Optuna's genetic samplers read. An attribute
   * that the trial has already is left as it is.
   */
  readonly attrs?: { readonly [key: string]: Json };
}

/** What a sampler can do. An absent member means no (`objectives`: one). */
export interface SamplerSupport {
  readonly objectives?: 'one' | 'many';
  /** Proposes conditional parameters itself. Without it, `propose` sees only the parameters that are always active. */
  readonly conditional?: boolean;
  /**
   * `propose` reads the pending points of `history.running`. The study then stores with each proposal which of them it saw,
   * so that the proposal can be replayed. `sampleOne` sees none when a parameter is suggested after the ask.
   */
  readonly pending?: boolean;
  /**
   * Proposes inside the ask transaction, synchronously and within milliseconds. Points are therefore exact across workers.
   * `'enumerates'`: also proposes no point twice in define-by-run studies and says `exhausted` when none is left. For all
   * other samplers the study rejects repeats itself if it avoids them.
   */
  readonly exclusive?: boolean | 'enumerates';
}

/** The trial that a proposal is for. */
export interface AskedTrial {
  readonly number: number;
  /** What the trial was enqueued with: external values by flat name, including parameters that no space knows yet. */
  readonly enqueued: ReadonlyMap<string, Scalar>;
  /** External values that the trial has so far, by flat name. */
  readonly chosen: ReadonlyMap<string, Scalar>;
  /** What `propose` noted for this trial. */
  readonly note: Json | undefined;
}

/** Everything that a proposal may depend on. There is no clock and no other source of randomness. */
export interface SampleContext {
  readonly trial: AskedTrial;
  readonly space: CompiledSpace;
  /** The study as this trial saw it when it was asked. */
  readonly history: TrialHistory;
  /** Enqueued values and the study's fixed ones, as internal values in the order of `space.params`; NaN = free. Core enforces them. */
  readonly fixed: Float64Array;
  /** The study's total number of trials, if the caller gave one. */
  readonly total: number | null;
  /** How many proposals for this trial were rejected: forbidden by `where`, or repeats in a study that avoids them. */
  readonly attempt: number;
  /** A stream for (seed, trial number, purpose). The same purpose gives the same stream again. */
  rng(purpose: string): Rng;
}

/** What a sampler's state may depend on besides the trials. One state belongs to one study and one space. */
export interface SamplerFoldContext {
  readonly space: CompiledSpace;
  /** In `init`: no trials, only the directions. In `absorb`: the study; rows that finished later may be there already. */
  readonly history: TrialHistory;
  /** The sampler's own seed, or the study's. For streams that belong to the study as a whole. */
  readonly seed: number;
  /** The study's fixed parameters: external values by flat name. */
  readonly fixed: ReadonlyMap<string, Scalar>;
}

/**
 * Chooses what to try. A proposal is a pure function of (config, seed, trial number, history, space). Keep nothing on the
 * instance: one sampler object may serve several studies.
 *
 * Implement `propose` (joint), `sampleOne` (one parameter at a time), or both. They read the state of `fold` and never
 * change it.
 *
 * @example
 * const middle: Sampler = {
 *   name: 'middle',
 *   config: { version: 1, options: {} },
 *   supports: { objectives: 'many', conditional: true },
 *   sampleOne: (_state, _ctx, _name, dist) => toExternal(dist, fromUnit(dist, 0.5)),
 * };
 */
export interface Sampler<S = unknown> {
  /** Saved with the study. A restorable sampler has the same name as `savedName` of its class. */
  readonly name: string;
  /** Saved with the study; `options` recreate the sampler, its seed included. */
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  /** Used in place of the study's seed. */
  readonly seed?: number;
  /** The state, if the sampler has one. */
  readonly fold?: StateFold<S, SamplerFoldContext>;
  /** Proposes all parameters of the space together. Only exclusive samplers may return `exhausted`. */
  propose?(state: S, ctx: SampleContext): Awaitable<Proposal | 'exhausted'>;
  /** Samples one parameter. Returns a member of `dist`: a number of the range, or one of the choices. */
  sampleOne?(state: S, ctx: SampleContext, name: string, dist: Distribution): Scalar;
}
