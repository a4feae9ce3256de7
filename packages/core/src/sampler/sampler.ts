import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { Offload } from '../environment.ts';
import type { TrialHistory } from '../history/history.ts';
import type { StateFold } from '../history/state-fold.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Rng } from '../rng/rng.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';

/** A joint proposal for one trial. */
export interface Proposal {
  /**
   * Internal values, one per entry of `space.params`. NaN leaves a parameter to `sampleOne`. Core ignores the values of
   * inactive parameters and replaces those in `fixed`. Any other value must be a member of its distribution.
   */
  readonly x: Float64Array;
  /** JSON that cannot be recomputed. Stored with the trial, returned by `history.note(row)` and `trial.note`. */
  readonly note?: Json;
  /**
   * System attributes to store with the trial, such as the generation that Optuna's genetic samplers read. An attribute
   * that the trial already has keeps its value. `history.attribute` returns them.
   */
  readonly attrs?: { readonly [key: string]: Json };
}

/** How a sampler came to a proposal, as JSON. `trial.why()` returns it. */
export interface Explanation {
  /** The `name` of the sampler that proposed. For a sampler that chooses among others: the chosen one. */
  readonly sampler?: string;
  /** A sentence for the user: why this sampler, or how it proposed. */
  readonly reason?: string;
  /** Numbers such as a predicted value. */
  readonly [detail: string]: Json | undefined;
}

/** Capabilities of a sampler. All members are optional. */
export interface SamplerSupport {
  /** Number of objectives that it handles. Default `'one'`: a study with several objectives refuses the sampler. */
  readonly objectives?: 'one' | 'many';
  /**
   * Whether `propose` handles conditional parameters. Default `false`: `propose` gets the space of the parameters that
   * are always active, and the others go through `sampleOne`. Without `propose` it has no effect.
   */
  readonly conditional?: boolean;
  /**
   * Whether `propose` reads the points of running trials. If so, `history.running` contains only trials with a known
   * point in the space, and the study stores these rows with the proposal, so that it can be replayed.
   * `history.running` is empty when the objective calls `suggest*`. Default `false`: do not read points of
   * running trials.
   */
  readonly pending?: boolean;
  /**
   * Whether `propose` runs inside the ask transaction, where it sees every trial of other workers. It must then return
   * synchronously, within milliseconds, and may return `exhausted`. `'enumerates'`: it also proposes no point twice in
   * define-by-run studies. For other samplers, a study that avoids repeats rejects them itself. Default `false`.
   */
  readonly exclusive?: boolean | 'enumerates';
}

/** The trial that a proposal is for. */
export interface AskedTrial {
  /** Zero-based number within the study. */
  readonly number: number;
  /** External values that the trial was enqueued with, by flat name. The space need not contain all names. */
  readonly enqueued: ReadonlyMap<string, Scalar>;
  /** External values of the parameters chosen so far, by flat name. Empty in `propose`. */
  readonly chosen: ReadonlyMap<string, Scalar>;
  /** The `note` of this trial's proposal, for `sampleOne`. `undefined` in `propose`, or if there is none. */
  readonly note: Json | undefined;
}

/** What the program that runs a study does for its sampler. */
export interface SamplerHost {
  /** Prints a line that the user should read. The same line is printed once while the study is open. */
  notice(line: string): void;
  /**
   * Runs long computations in another thread. `null` if the proposal must be synchronous, or if there are no threads.
   * Whether to use it should depend on the size of the computation only, never on a clock.
   */
  readonly offload: Offload | null;
}

/** Everything that a proposal may depend on. Do not use a clock or another source of randomness. */
export interface SampleContext {
  readonly trial: AskedTrial;
  /**
   * The space to propose from. In define-by-run studies: the parameters that all completed trials in `history` share.
   */
  readonly space: CompiledSpace;
  /** The study as this trial saw it when it was asked: trials that finished later are running in it. */
  readonly history: TrialHistory;
  /**
   * Internal values that are settled (stored by an earlier worker of the trial, enqueued, or fixed by the study), one
   * per entry of `space.params`. NaN = free. Core enforces them. Empty when the objective calls
   * `suggest*`.
   */
  readonly fixed: Float64Array;
  /** Total number of trials that the study will have. `null` when the caller gave none. */
  readonly total: number | null;
  /** Number of rejected proposals for this trial: forbidden by `where`, or repeats in a study that avoids them. */
  readonly attempt: number;
  /**
   * A new stream that depends on the seed, the trial number, `attempt` and `purpose` only. Called again with the same
   * purpose, it starts over. Use the parameter's name as the purpose when sampling one parameter.
   */
  rng(purpose: string): Rng;
  /** The program that runs the study. A proposal must not depend on it. */
  readonly host: SamplerHost;
}

/** Context of a sampler's {@link StateFold}. One state belongs to one study and one space. */
export interface SamplerFoldContext {
  /** The space that `propose` gets. */
  readonly space: CompiledSpace;
  /**
   * In `init`: no finished and no running trials, only the directions. In `absorb`: the study. It may already contain
   * trials that finished after the absorbed one: do not read them.
   */
  readonly history: TrialHistory;
  /** The sampler's own seed, else the study's. For streams that do not belong to one trial. */
  readonly seed: number;
  /** External values of the parameters that the study fixes, by flat name. Empty if none. */
  readonly fixed: ReadonlyMap<string, Scalar>;
}

/**
 * Proposes parameters for trials. A proposal is a pure function of (config, seed, trial number, history, space). Keep
 * nothing on the instance: one sampler object may serve several studies.
 *
 * Implement `propose` (all parameters jointly), `sampleOne` (one parameter at a time), or both. They must not change
 * the state. Parameters that neither of them samples are drawn uniformly.
 *
 * The three value spaces (external, internal, unit) are explained in docs/architecture.md.
 *
 * @example
 * import { fromUnit, type Sampler, toExternal } from 'asktell';
 *
 * const middle: Sampler = {
 *   name: 'middle',
 *   config: { version: 1, options: {} },
 *   supports: { objectives: 'many' },
 *   sampleOne: (_state, _ctx, _name, dist) => toExternal(dist, fromUnit(dist, 0.5)),
 * };
 */
export interface Sampler<S = unknown> {
  /** Saved with the study. `loadStudy` restores the sampler with the class that has this `savedName`. */
  readonly name: string;
  /**
   * Saved with the study. `options` is JSON from which `fromConfig` recreates the sampler, including its seed.
   * `version` is the version of that format.
   */
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  /** Whole number from 0 to 2^53 - 1, used instead of the study's seed. Default: the study's seed. */
  readonly seed?: number;
  /** How the state is built from finished trials. Without it, `state` is `undefined`. */
  readonly fold?: StateFold<S, SamplerFoldContext>;
  /**
   * Proposes all parameters of `ctx.space` jointly. Called once per attempt, before `sampleOne`. Exclusive samplers
   * must not return a promise. Only they may return `exhausted`, when no point is left to propose.
   */
  propose?(state: S, ctx: SampleContext): Awaitable<Proposal | 'exhausted'>;
  /**
   * Samples one parameter that `propose` left out, or that the objective suggests. Always synchronous.
   * @param name flat name
   * @returns an external value that is a member of `dist`: a number in the range, or one of the choices
   */
  sampleOne?(state: S, ctx: SampleContext, name: string, dist: Distribution): Scalar;
  /**
   * Explains a proposal of `propose`, by proposing again if need be. Called by `trial.why()` with the state and the context
   * of the proposal, in which `trial.note` is the note that was stored with it and `total` may be missing.
   */
  explain?(state: S, ctx: SampleContext): Explanation;
}
