import {
  type AskedTrial,
  type CompiledSpace,
  type Json,
  type Rng,
  type SampleContext,
  type SamplerFoldContext,
  type SamplerHost,
  type TrialHistory,
  WrappedHistory,
} from '@asktell/core';
import { baseNote } from './note.ts';

/** The history as the base sampler sees it: with its own notes instead of ours. */
class BaseHistory extends WrappedHistory {
  override note(row: number): Json | undefined {
    return baseNote(super.note(row));
  }
}

/** The context of the fold as the base sampler sees it. */
export function baseFoldContext(ctx: SamplerFoldContext): SamplerFoldContext {
  return { space: ctx.space, history: new BaseHistory(ctx.history), seed: ctx.seed, fixed: ctx.fixed };
}

/** The context of an ask as the base sampler sees it. */
export class BaseContext implements SampleContext {
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  readonly total: number | null;
  readonly attempt: number;
  readonly #ctx: SampleContext;
  #history: TrialHistory | null = null;

  /** @param fixed the settled values, among them those that a chain has chosen */
  constructor(ctx: SampleContext, fixed: Float64Array) {
    this.#ctx = ctx;
    this.space = ctx.space;
    this.fixed = fixed;
    this.total = ctx.total;
    this.attempt = ctx.attempt;
  }

  get trial(): AskedTrial {
    const { number, enqueued, chosen, note } = this.#ctx.trial;
    return { number, enqueued, chosen, note: baseNote(note) };
  }

  get history(): TrialHistory {
    this.#history ??= new BaseHistory(this.#ctx.history);
    return this.#history;
  }

  readonly rng = (purpose: string): Rng => this.#ctx.rng(purpose);

  get host(): SamplerHost {
    return this.#ctx.host;
  }
}
