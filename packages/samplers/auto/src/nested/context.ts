import type {
  AskedTrial,
  CompiledSpace,
  Json,
  Rng,
  SampleContext,
  SamplerHost,
  Scalar,
  TrialHistory,
} from '@asktell/core';
import { NestedHistory } from './history.ts';

/** Reads the note of the inner sampler within a stored note. `undefined` if it did not propose the trial. */
export type InnerNote = (note: Json | undefined) => Json | undefined;

/** The context of an ask for a sampler that proposes on behalf of another one. It sees its own notes. */
export class NestedContext implements SampleContext {
  readonly trial: AskedTrial;
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  readonly total: number | null;
  readonly attempt: number;
  readonly #outer: SampleContext;
  readonly #inner: InnerNote;
  readonly #redraw: number;
  #history: TrialHistory | null = null;

  /** @param redraw number of proposals of the inner sampler for this attempt that were not taken */
  constructor(outer: SampleContext, inner: InnerNote, redraw = 0) {
    this.trial = new NestedTrial(outer.trial, inner);
    this.space = outer.space;
    this.fixed = outer.fixed;
    this.total = outer.total;
    this.attempt = outer.attempt + redraw;
    this.#outer = outer;
    this.#inner = inner;
    this.#redraw = redraw;
  }

  get history(): TrialHistory {
    this.#history ??= new NestedHistory(this.#outer.history, this.#inner);
    return this.#history;
  }

  /** A property, because samplers take their context apart. */
  readonly rng = (purpose: string): Rng =>
    this.#outer.rng(this.#redraw === 0 ? purpose : `${purpose}\u0000redraw ${this.#redraw}`);

  get host(): SamplerHost {
    return this.#outer.host;
  }
}

class NestedTrial implements AskedTrial {
  readonly #outer: AskedTrial;
  readonly #inner: InnerNote;

  constructor(outer: AskedTrial, inner: InnerNote) {
    this.#outer = outer;
    this.#inner = inner;
  }

  get number(): number {
    return this.#outer.number;
  }

  get enqueued(): ReadonlyMap<string, Scalar> {
    return this.#outer.enqueued;
  }

  get chosen(): ReadonlyMap<string, Scalar> {
    return this.#outer.chosen;
  }

  get note(): Json | undefined {
    return this.#inner(this.#outer.note);
  }
}
