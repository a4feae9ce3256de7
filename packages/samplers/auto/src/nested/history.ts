import type { Direction, FailureReason, Json, RowParams, TrialHistory, TrialReports, TrialState } from '@asktell/core';

/** A history for a sampler that proposes on behalf of another one, whose notes contain those of the inner sampler. */
export class NestedHistory implements TrialHistory {
  readonly #outer: TrialHistory;
  readonly #inner: (note: Json | undefined) => Json | undefined;
  readonly #start: number;

  /**
   * @param inner the note of the inner sampler within a stored note, `undefined` if it did not propose the trial
   * @param start number of finished trials that the inner sampler has not absorbed, because it started after them
   */
  constructor(outer: TrialHistory, inner: (note: Json | undefined) => Json | undefined, start = 0) {
    this.#outer = outer;
    this.#inner = inner;
    this.#start = start;
  }

  get size(): number {
    return this.#outer.size;
  }

  get finished(): Int32Array {
    return this.#outer.finished;
  }

  get running(): Int32Array {
    return this.#outer.running;
  }

  get directions(): readonly Direction[] {
    return this.#outer.directions;
  }

  get metricNames(): readonly string[] | null {
    return this.#outer.metricNames;
  }

  get mainMetric(): string | null {
    return this.#outer.mainMetric;
  }

  get violation(): Float64Array {
    return this.#outer.violation;
  }

  get startedAt(): Float64Array {
    return this.#outer.startedAt;
  }

  get finishedAt(): Float64Array {
    return this.#outer.finishedAt;
  }

  state(row: number): TrialState {
    return this.#outer.state(row);
  }

  failure(row: number): FailureReason | null {
    return this.#outer.failure(row);
  }

  params(row: number): RowParams {
    return this.#outer.params(row);
  }

  value(row: number, name: string): number {
    return this.#outer.value(row, name);
  }

  values(objective: number): Float64Array {
    return this.#outer.values(objective);
  }

  seen(row: number): number {
    return Math.max(0, this.#outer.seen(row) - this.#start);
  }

  reports(row: number, metric?: string): TrialReports {
    return this.#outer.reports(row, metric);
  }

  sem(row: number): readonly number[] | null {
    return this.#outer.sem(row);
  }

  gradient(row: number): { readonly [name: string]: number } | null {
    return this.#outer.gradient(row);
  }

  note(row: number): Json | undefined {
    return this.#inner(this.#outer.note(row));
  }

  attribute(row: number, key: string): Json | undefined {
    return this.#outer.attribute(row, key);
  }
}
