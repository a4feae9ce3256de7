import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { TrialHistory } from '../history/history.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Rng } from '../rng/rng.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';

/** A joint proposal: `x` holds internal values in the order of `space.params`. NaN leaves a parameter to `sampleOne`. */
export interface Proposal {
  readonly x: Float64Array;
  /** Plain JSON that cannot be recomputed from the history; stored with the trial, read back by `history.note(row)`. */
  readonly note?: Json;
}

/** What a sampler can do. Absent means no (`objectives`: one). */
export interface SamplerSupport {
  readonly objectives?: 'one' | 'many';
  /** Proposes conditional parameters itself; else it sees only the always-active ones. */
  readonly conditional?: boolean;
  /** Uses `history.violation`: constraints on the outcome. */
  readonly constraints?: boolean;
  /** Never proposes what `space.allows` forbids; else core redraws. */
  readonly allows?: boolean;
  /**
   * `propose` reads the values that `history.running` has for the parameters of the space. The study then records which
   * pending points each proposal saw. None are shown to `sampleOne` when a parameter is suggested after the ask.
   */
  readonly pending?: boolean;
  /** Proposes inside the ask transaction, synchronously and within milliseconds: exact across workers. */
  readonly exclusive?: boolean;
  /**
   * Sees to it itself, where no space is declared, that no point is tried twice, and says when none is left. Of other samplers the
   * study turns repeats down if it avoids them.
   */
  readonly enumerates?: boolean;
  /**
   * Has no more than `sampleOne`, which never looks at `ctx.history`. What shows the history to samplers is then left out of
   * what a page downloads.
   */
  readonly blind?: boolean;
}

/** Everything a proposal may depend on. There is no clock and no other source of randomness. */
export interface SampleContext {
  /** The trial's number. */
  readonly number: number;
  readonly space: CompiledSpace;
  /** The study as this trial has seen it. */
  readonly history: TrialHistory;
  /** Enqueued internal values, and those that the sampler {@link Sampler.fixes | fixes}, in the order of `space.params`; NaN = free. What is fixed wins over the proposal. */
  readonly fixed: Float64Array;
  /** What the trial was enqueued with: external values by flat name, parameters that no space knows yet included. */
  readonly enqueued: ReadonlyMap<string, Scalar>;
  /** External values this trial already has, by flat name. */
  readonly chosen: ReadonlyMap<string, Scalar>;
  /** What `propose` noted for this trial. */
  readonly note: Json | undefined;
  readonly budget: { readonly total: number | null };
  /** The effective seed: the sampler's own, or the study's. For streams that belong to the study as a whole, not to one trial. */
  readonly seed: number;
  /** How many proposals for this trial were turned down: forbidden by `where`, or repeats where the study avoids them. */
  readonly attempt: number;
  /** A fresh stream for (study seed, trial number, purpose): the same purpose gives the same stream again. */
  rng(purpose: string): Rng;
}

/**
 * Chooses what to try. A proposal is a pure function of (config, seed, trial number, history, space).
 *
 * State, if any, is a fold over finished trials in finish order: `init`, then `absorb` for each row. Core owns it,
 * rebuilds it after a restart and after late arrivals. `propose` and `sampleOne` read it and never change it.
 * Implement `propose` (joint), `sampleOne` (one by one), or both.
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
  readonly name: string;
  /** Saved with the study; `options` recreate the sampler. A sampler's own seed goes in here. */
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  /** A seed of its own, instead of the study's. */
  readonly seed?: number;
  /**
   * External values by flat name that every proposal of this sampler has. The study settles them before it asks, as it does
   * with enqueued values (which win): they stand in `ctx.fixed`, and what core draws itself keeps to them.
   */
  readonly fixes?: ReadonlyMap<string, Scalar>;
  /**
   * The trial attribute under which Optuna's sampler of the same kind numbers its generations: it takes as parents only
   * trials that carry one. Every trial that is asked for gets the highest number among the finished trials that it had seen,
   * 0 at first: it joins the generation that the study has come to, and never opens one.
   */
  readonly generationKey?: string;
  /**
   * The state before the first trial. `seed` is that of {@link SampleContext}.
   * @param fixes what a sampler around this one {@link Sampler.fixes | fixes}, for those that must know it before a space is known
   */
  init?(space: CompiledSpace, history: TrialHistory, seed: number, fixes?: ReadonlyMap<string, Scalar>): S;
  absorb?(state: S, row: number, history: TrialHistory): void;
  /** An independent copy: a checkpoint to return to when a trial arrives late. */
  clone?(state: S): S;
  propose?(state: S, ctx: SampleContext): Awaitable<Proposal | 'exhausted'>;
  /** Returns a member of `dist`: a number of the range, or one of the choices itself. */
  sampleOne?(state: S, ctx: SampleContext, name: string, dist: Distribution): Scalar;
}
