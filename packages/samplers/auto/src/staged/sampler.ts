import {
  type CompiledSpace,
  type Distribution,
  drawUniform,
  indexOfInternal,
  type Json,
  nthInternal,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
  type TrialHistory,
} from '@asktell/core';
import { NarrowedSpace, sideFor } from './narrowed-space.ts';
import { readStageNote, type StageNote } from './note.ts';
import { type CheckedStage, checkStagedOptions, configOf, type StagedOptions } from './options.ts';
import { narrowed } from './region.ts';
import { reportedRegions, type SearchRegion } from './reported-regions.ts';
import { StageContext } from './stage-context.ts';
import { StageHistory } from './stage-history.ts';
import { StageTracker } from './tracker.ts';

/** State of the sampler: the stage with its region, and the state of the stage's sampler. */
export interface StagedState {
  readonly tracker: StageTracker;
  /** What states of samplers begin with. */
  readonly start: SamplerFoldContext;
  /** Number of absorbed trials. */
  position: number;
  space: NarrowedSpace;
  inner: unknown;
}

/**
 * Searches in stages, each with a sampler of its own: for example a coarse grid or random points first, then a Gaussian
 * process in the region of the best trials. All stages are trials of one study.
 *
 * The region is the box of the best trials of all earlier stages, on the logarithm for log ranges, with a margin. A side is at
 * least a fifth of that of the stage before. Choices are kept if the best trials have them, or if fewer than three trials have
 * tried them. A share of the trials (`outside`) is drawn from the whole space. A new best trial outside the region or at its
 * edge moves it. Without noticeable progress for ten trials, and at least three per parameter, the region doubles until the
 * next progress. With several objectives it neither moves nor doubles. In a define-by-run study, parameters that the best
 * trials do not have are not narrowed.
 *
 * A stage ends after a number of finished trials, so with several workers the trials that run at that moment come on top. If
 * one of the samplers proposes inside the ask transaction, as grids and `QmcSampler` do, all stages do.
 *
 * Source: shrinking the box of the best points is the common practice of a coarse search followed by a fine one (Hsu, Chang
 * and Lin, A practical guide to support vector classification, 2003).
 *
 * @example
 * const sampler = new StagedSampler({
 *   stages: [
 *     { sampler: new QmcSampler(), trials: 16 },
 *     { sampler: new GpSampler(), region: { quantile: 0.25, margin: 0.25 } },
 *   ],
 * });
 */
export class StagedSampler implements Sampler<StagedState> {
  static readonly savedName = 'staged';
  readonly name = 'staged';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  declare readonly seed?: number;
  readonly fold: StateFold<StagedState, SamplerFoldContext>;
  readonly #stages: readonly CheckedStage[];
  /** The states of trials that found the sampler of their stage exhausted. A cache that does not change results. */
  readonly #advanced = new WeakMap<StagedState, StagedState>();

  /** @throws AsktellError `invalid-argument` */
  constructor(options: StagedOptions) {
    const { stages, seed } = checkStagedOptions(options);
    this.#stages = stages;
    if (seed !== undefined) this.seed = seed;
    this.config = { version: 1, options: configOf(stages, seed) };
    const samplers = stages.map(({ sampler }) => sampler);
    this.supports = {
      objectives: samplers.every(({ supports }) => supports.objectives === 'many') ? 'many' : 'one',
      conditional: samplers.every(({ supports, propose }) => propose === undefined || supports.conditional === true),
      pending: samplers.some(({ supports }) => supports.pending === true),
      exclusive: samplers.some(({ supports: { exclusive = false } }) => exclusive !== false && exclusive !== 'ranks'),
    };
    const canClone = samplers.every(({ fold }) => fold === undefined || fold.clone !== undefined);
    this.fold = {
      init: (ctx) => this.#begin(ctx),
      absorb: (state, row, { history }) => this.#absorb(state, row, history),
      ...(canClone ? { clone: (state: StagedState) => this.#clone(state) } : {}),
    };
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @param restore recreates the samplers of the stages from their saved names and options; its errors are passed on
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json, restore: (saved: Json) => Sampler): StagedSampler {
    const { stages, ...rest } = (options ?? {}) as { readonly stages?: Json; readonly seed?: number };
    if (!Array.isArray(stages)) return new StagedSampler(options as unknown as StagedOptions);
    const restored = stages.map((stage) => {
      const saved = (stage ?? {}) as { readonly sampler?: Json };
      return { ...saved, sampler: restore(saved.sampler ?? null) };
    });
    return new StagedSampler({ ...rest, stages: restored as unknown as StagedOptions['stages'] });
  }

  /**
   * The regions that a study with this sampler has searched so far, the newest last. Empty during the first stage.
   * Asynchronous getters of the study, such as `trials()`, update its history.
   * @example console.log(sampler.regions(study.history).at(-1)?.params);
   */
  regions(history: TrialHistory): readonly SearchRegion[] {
    return reportedRegions(history, this.#stages);
  }

  propose(state: StagedState, ctx: SampleContext): Proposal | 'exhausted' | Promise<Proposal | 'exhausted'> {
    const { tracker, space, inner } = state;
    const { sampler } = this.#stageOf(tracker);
    const note = this.#noteOf(tracker, ctx);
    const free = (): Proposal => ({ x: new Float64Array(ctx.space.params.length).fill(Number.NaN), note: { ...note } });
    if (note.outside === true || sampler.propose === undefined) return free();
    const proposal = sampler.propose(inner, this.#context(state, ctx, undefined));
    const finish = (found: Proposal | 'exhausted'): ReturnType<StagedSampler['propose']> => {
      if (found !== 'exhausted') {
        // Only the best candidate: what another one is worth, later stages do not know.
        const { others: _, ...best } = found;
        const kept = best.note === undefined ? { ...note } : { ...note, note: best.note };
        return { ...best, x: space.toWhole(best.x), note: kept };
      }
      return tracker.isLast ? found : this.propose(this.#next(state, ctx.history), ctx);
    };
    return 'then' in Object(proposal)
      ? (proposal as Promise<Proposal | 'exhausted'>).then(finish)
      : finish(proposal as Proposal | 'exhausted');
  }

  sampleOne(given: StagedState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    let state = given;
    const note = readStageNote(ctx.trial.note, this.#stages.length) ?? this.#noteOf(state.tracker, ctx);
    while (state.tracker.stage < note.stage) state = this.#next(state, ctx.history);
    if (note.outside === true) return drawUniform(dist, ctx.rng(name));
    const { region } = state.tracker;
    const { sampler } = this.#stageOf(state.tracker);
    const side = region === null ? null : sideFor(region, { name, dist });
    const part = side === null ? dist : narrowed(side);
    const value =
      sampler.sampleOne === undefined
        ? drawUniform(part, ctx.rng(name))
        : sampler.sampleOne(state.inner, this.#context(state, ctx, note.note), name, part);
    // Steps from another start differ by rounding.
    const isStepped = side !== null && dist.kind !== 'categorical' && dist.step !== null;
    return isStepped ? nthInternal(dist, indexOfInternal(dist, value as number)) : value;
  }

  #stageOf({ stage }: StageTracker): CheckedStage {
    return this.#stages[stage] as CheckedStage;
  }

  /** The note of a trial, without that of the stage's sampler. */
  #noteOf(tracker: StageTracker, { trial: { number } }: SampleContext): StageNote & { readonly [key: string]: Json } {
    const { stage, changes, region } = tracker;
    const share = region === null ? 0 : (this.#stageOf(tracker).region?.outside ?? 0);
    // Evenly spaced numbers: the share is exact after any number of trials.
    const isOutside = Math.floor((number + 1) * share) > Math.floor(number * share);
    return { stage, ...(changes === 0 ? {} : { change: changes }), ...(isOutside ? { outside: true } : {}) };
  }

  #context(state: StagedState, ctx: SampleContext, note: Json | undefined): StageContext {
    const { sampler } = this.#stageOf(state.tracker);
    return new StageContext(ctx, {
      space: state.space.space,
      history: this.#view(state, ctx.history),
      fixed: state.space.toNarrowed(ctx.fixed),
      note,
      seed: sampler.seed,
    });
  }

  #view({ tracker, space }: StagedState, history: TrialHistory): StageHistory {
    return new StageHistory(history, space, {
      stage: tracker.stage,
      change: tracker.changes,
      stages: this.#stages.length,
    });
  }

  #begin(start: SamplerFoldContext): StagedState {
    const tracker = new StageTracker(this.#stages);
    const state = { tracker, start, position: 0, space: new NarrowedSpace(start.space, null, ''), inner: undefined };
    this.#enter(state, start.history);
    return state;
  }

  #absorb(state: StagedState, row: number, history: TrialHistory): void {
    state.position++;
    if (state.tracker.absorb(row, history)) this.#enter(state, history);
    else this.#stageOf(state.tracker).sampler.fold?.absorb(state.inner, row, this.#foldContext(state, history));
  }

  /** Begins a stage or a region: the state of its sampler learns from all trials so far. */
  #enter(state: StagedState, history: TrialHistory): void {
    const { tracker, start, position } = state;
    const whole: CompiledSpace = start.space;
    state.space = new NarrowedSpace(whole, tracker.region, `stage ${tracker.stage} ${tracker.changes}`);
    const { fold } = this.#stageOf(tracker).sampler;
    if (fold === undefined) {
      state.inner = undefined;
      return;
    }
    state.inner = fold.init(this.#foldContext(state, start.history));
    const context = this.#foldContext(state, history);
    for (let i = 0; i < position; i++) fold.absorb(state.inner, history.finished[i] as number, context);
  }

  #foldContext(state: StagedState, history: TrialHistory): SamplerFoldContext {
    const { seed, fixed } = state.start;
    const own = this.#stageOf(state.tracker).sampler.seed;
    return { space: state.space.space, history: this.#view(state, history), seed: own ?? seed, fixed };
  }

  #clone(state: StagedState): StagedState {
    const { fold } = this.#stageOf(state.tracker).sampler;
    return { ...state, tracker: state.tracker.clone(), inner: fold?.clone?.(state.inner) };
  }

  /** The state in the next stage, while the sampler of this one has nothing left to propose. */
  #next(state: StagedState, history: TrialHistory): StagedState {
    let next = this.#advanced.get(state);
    if (next === undefined || next.position !== state.position) {
      const tracker = state.tracker.clone();
      tracker.advance(history);
      next = { ...state, tracker };
      this.#enter(next, history);
      this.#advanced.set(state, next);
    }
    return next;
  }
}
