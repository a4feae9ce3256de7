import {
  type AskedTrial,
  type CompiledSpace,
  type Json,
  type Rng,
  rngFor,
  type SampleContext,
  type SamplerHost,
  type TrialHistory,
} from '@asktell/core';

/** The context of a proposal for the sampler of a stage. */
export class StageContext implements SampleContext {
  readonly trial: AskedTrial;
  readonly space: CompiledSpace;
  readonly history: TrialHistory;
  readonly fixed: Float64Array;
  readonly total: number | null;
  readonly attempt: number;
  readonly #outer: SampleContext;
  readonly #seed: number | undefined;

  /** @param seed the sampler's own seed */
  constructor(
    outer: SampleContext,
    parts: {
      readonly space: CompiledSpace;
      readonly history: TrialHistory;
      readonly fixed: Float64Array;
      readonly note: Json | undefined;
      readonly seed: number | undefined;
    },
  ) {
    const { trial } = outer;
    this.trial = {
      number: trial.number,
      enqueued: trial.enqueued,
      get chosen() {
        return trial.chosen;
      },
      note: parts.note,
    };
    this.space = parts.space;
    this.history = parts.history;
    this.fixed = parts.fixed;
    this.total = outer.total;
    this.attempt = outer.attempt;
    this.#outer = outer;
    this.#seed = parts.seed;
  }

  /** A property, because samplers take their context apart. */
  readonly rng = (purpose: string): Rng =>
    this.#seed === undefined
      ? this.#outer.rng(purpose)
      : rngFor(this.#seed, this.trial.number, this.attempt === 0 ? purpose : `${purpose}\u0000${this.attempt}`);

  get host(): SamplerHost {
    return this.#outer.host;
  }
}
