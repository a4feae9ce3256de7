import type { Distribution } from '../distribution/distribution.ts';
import { type CompiledSpace, isActive } from '../space/compiled-space.ts';
import type { FinishOrder } from './finish-order.ts';
import type { TrialHistory } from './history.ts';
import { isFinished, type RecordStore } from './record-store.ts';
import { TableReader } from './table-reader.ts';
import type { Direction, TrialState } from './trial-record.ts';
import type { TrialTable } from './trial-table.ts';

/** The study as the trial that started at `startedAt` has seen it: a window on the store, nothing is copied. */
export class HistoryView extends TableReader implements TrialHistory {
  readonly table: TrialTable;
  readonly order: FinishOrder;
  readonly directions: readonly Direction[];
  readonly #store: RecordStore;
  readonly #startedAt: number;
  readonly #number: number;
  /** Entries of `finished` that were there. */
  readonly position: number;
  #running: Int32Array | null;

  constructor(store: RecordStore, number: number, startedAt: number, running: Int32Array | null) {
    super();
    this.table = store.table;
    this.order = store.order;
    this.directions = store.directions;
    this.#store = store;
    this.#number = number;
    this.#startedAt = startedAt;
    this.position = store.order.countBefore(startedAt);
    this.#running = running;
  }

  get finished(): Int32Array {
    return this.order.prefix(this.position);
  }

  get running(): Int32Array {
    this.#running ??= runningAt(this.#store, this.#number, this.#startedAt);
    return this.#running;
  }

  column(name: string): Float64Array | undefined {
    return this.#store.column(name);
  }

  distribution(row: number, name: string): Distribution | undefined {
    return this.#store.distribution(row, name);
  }

  state(row: number): TrialState {
    const state = this.table.state(row);
    return isFinished(state) && this.#store.effectiveStamp(row) >= this.#startedAt ? 'running' : state;
  }
}

/** Rows that had started and not finished when trial `number` started, ascending. */
export function runningAt(store: RecordStore, number: number, startedAt: number): Int32Array {
  const rows: number[] = [];
  for (const row of store.running) if (row !== number && (store.startedAt[row] as number) < startedAt) rows.push(row);
  for (let position = store.order.countBefore(startedAt); position < store.order.size; position++) {
    const row = store.order.row(position);
    if (row !== number && (store.startedAt[row] as number) < startedAt) rows.push(row);
  }
  return Int32Array.from(rows).sort();
}

/** Of `rows` those whose point in `space` is known completely: only these can be pending points that a replay sees, too. */
export function withKnownPoint(store: RecordStore, rows: Int32Array, space: CompiledSpace): Int32Array {
  const columns = space.params.map((param) => store.column(param.name));
  const x = new Float64Array(space.params.length);
  return rows.filter((row) => {
    for (let i = 0; i < x.length; i++) {
      x[i] = columns[i]?.[row] ?? Number.NaN;
      if (Number.isNaN(x[i]) && isActive(space, i, x)) return false;
    }
    return x.length > 0;
  });
}
