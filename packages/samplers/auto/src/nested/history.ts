import { type Json, type TrialHistory, WrappedHistory } from '@asktell/core';

/** A history for a sampler that proposes on behalf of another one, whose notes contain those of the inner sampler. */
export class NestedHistory extends WrappedHistory {
  readonly #inner: (note: Json | undefined) => Json | undefined;
  readonly #start: number;

  /**
   * @param inner the note of the inner sampler within a stored note, `undefined` if it did not propose the trial
   * @param start number of finished trials that the inner sampler has not absorbed, because it started after them
   */
  constructor(outer: TrialHistory, inner: (note: Json | undefined) => Json | undefined, start = 0) {
    super(outer);
    this.#inner = inner;
    this.#start = start;
  }

  override seen(row: number): number {
    return Math.max(0, super.seen(row) - this.#start);
  }

  override note(row: number): Json | undefined {
    return this.#inner(super.note(row));
  }
}
