import type { Json } from '../json.ts';
import { type CompiledSpace, isActive } from '../space/compiled-space.ts';
import type { RowParams, TrialHistory, TrialReports } from './history.ts';
import type { RecordStore } from './record-store.ts';
import { type Direction, type FailureReason, isFinished, type TrialState } from './trial-record.ts';

const noRows: readonly number[] = [];

/** The study as the trial that started at `startedAt` saw it. A view of the store without copies. */
export class HistoryView implements TrialHistory {
  readonly #store: RecordStore;
  readonly #startedAt: number;
  readonly #number: number;
  /** The number of trials that had finished. */
  readonly position: number;
  #running: Int32Array | null;

  /** @param running the rows that were pending, `null` for all rows that were running */
  constructor(store: RecordStore, number: number, startedAt: number, running: Int32Array | null) {
    this.#store = store;
    this.#number = number;
    this.#startedAt = startedAt;
    this.position = store.order.countBefore(startedAt);
    this.#running = running;
  }

  get size(): number {
    return this.#store.size;
  }

  get finished(): Int32Array {
    return this.#store.order.prefix(this.position);
  }

  get running(): Int32Array {
    this.#running ??= runningAt(this.#store, this.#number, this.#startedAt);
    return this.#running;
  }

  get directions(): readonly Direction[] {
    return this.#store.directions;
  }

  state(row: number): TrialState {
    const state = this.#store.state(row);
    return isFinished(state) && this.#store.effectiveStamp(row) >= this.#startedAt ? 'running' : state;
  }

  failure(row: number): FailureReason | null {
    return this.#store.failure(row);
  }

  params(row: number): RowParams {
    return this.#store.params(row);
  }

  value(row: number, name: string): number {
    return this.#store.value(row, name);
  }

  values(objective: number): Float64Array {
    return this.#store.values(objective);
  }

  get violation(): Float64Array {
    return this.#store.violation;
  }

  get startedAt(): Float64Array {
    return this.#store.startedAt;
  }

  get finishedAt(): Float64Array {
    return this.#store.finishedAt;
  }

  seen(row: number): number {
    return this.#store.seen(row);
  }

  group(row: number): number {
    return this.#store.group(row);
  }

  reports(row: number, metric?: string): TrialReports {
    return this.#store.reports(row, metric);
  }

  get metricNames(): readonly string[] | null {
    return this.#store.metricNames;
  }

  get mainMetric(): string | null {
    return this.#store.mainMetric;
  }

  sem(row: number): readonly number[] | null {
    return this.#store.sem(row);
  }

  gradient(row: number): { readonly [name: string]: number } | null {
    return this.#store.gradient(row);
  }

  note(row: number): Json | undefined {
    return this.#store.note(row);
  }

  attribute(row: number, key: string): Json | undefined {
    return this.#store.attribute(row, key);
  }
}

/**
 * Rows that had started but not finished when trial `number` started, ascending. Stale rows are omitted.
 * @param stale rows that have finished since and were taken for stale then
 */
export function runningAt(
  store: RecordStore,
  number: number,
  startedAt: number,
  stale: readonly number[] = noRows,
): Int32Array {
  const rows: number[] = [];
  for (const row of store.runningRows)
    if (row !== number && (store.startedAt[row] as number) < startedAt && !store.isStale(row, startedAt))
      rows.push(row);
  for (let position = store.order.countBefore(startedAt); position < store.order.size; position++) {
    const row = store.order.row(position);
    if (row !== number && (store.startedAt[row] as number) < startedAt) rows.push(row);
  }
  const running = Int32Array.from(rows).sort();
  return stale.length === 0 ? running : running.filter((row) => !stale.includes(row));
}

/** The rows whose point in `space` is completely known. Only their pending points are available to a replay. */
export function withKnownPoint(store: RecordStore, rows: Int32Array, space: CompiledSpace): Int32Array {
  const x = new Float64Array(space.params.length);
  return rows.filter((row) => {
    for (let i = 0; i < x.length; i++) {
      x[i] = store.value(row, (space.params[i] as { readonly name: string }).name);
      if (Number.isNaN(x[i]) && isActive(space, i, x)) return false;
    }
    return x.length > 0;
  });
}
