import type { Json } from '../json.ts';
import type { RowParams, TrialHistory, TrialReports } from './history.ts';
import type { Direction, FailureReason, TrialState } from './trial-record.ts';

/**
 * A history that shows another one. A sampler that proposes on behalf of other samplers extends it: each of them must see
 * its own notes.
 * @example
 * class OwnNotes extends WrappedHistory {
 *   override note(row: number): Json | undefined {
 *     return innerNote(super.note(row));
 *   }
 * }
 */
export class WrappedHistory implements TrialHistory {
  readonly #history: TrialHistory;

  constructor(history: TrialHistory) {
    this.#history = history;
  }

  get size(): number {
    return this.#history.size;
  }

  get finished(): Int32Array {
    return this.#history.finished;
  }

  get running(): Int32Array {
    return this.#history.running;
  }

  get directions(): readonly Direction[] {
    return this.#history.directions;
  }

  get metricNames(): readonly string[] | null {
    return this.#history.metricNames;
  }

  get mainMetric(): string | null {
    return this.#history.mainMetric;
  }

  get violation(): Float64Array {
    return this.#history.violation;
  }

  get startedAt(): Float64Array {
    return this.#history.startedAt;
  }

  get finishedAt(): Float64Array {
    return this.#history.finishedAt;
  }

  state(row: number): TrialState {
    return this.#history.state(row);
  }

  failure(row: number): FailureReason | null {
    return this.#history.failure(row);
  }

  params(row: number): RowParams {
    return this.#history.params(row);
  }

  value(row: number, name: string): number {
    return this.#history.value(row, name);
  }

  values(objective: number): Float64Array {
    return this.#history.values(objective);
  }

  seen(row: number): number {
    return this.#history.seen(row);
  }

  group(row: number): number {
    return this.#history.group(row);
  }

  reports(row: number, metric?: string): TrialReports {
    return this.#history.reports(row, metric);
  }

  sem(row: number): readonly number[] | null {
    return this.#history.sem(row);
  }

  gradient(row: number): { readonly [name: string]: number } | null {
    return this.#history.gradient(row);
  }

  note(row: number): Json | undefined {
    return this.#history.note(row);
  }

  attribute(row: number, key: string): Json | undefined {
    return this.#history.attribute(row, key);
  }
}
