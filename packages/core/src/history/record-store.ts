import { keys } from '../attribute-keys.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import { growFloats } from './column.ts';
import { FinishOrder } from './finish-order.ts';
import type { TrialHistory } from './history.ts';
import { TableReader } from './table-reader.ts';
import type { Direction, TrialRecord, TrialState } from './trial-record.ts';
import { TrialTable } from './trial-table.ts';

/**
 * Every row that a study has pulled from its storage, in columns, with the finish order. Grows by records only. Shows what
 * trials hold; what was proposed for them is shown by `HistoryStore`.
 */
export class RecordStore extends TableReader implements TrialHistory {
  readonly directions: readonly Direction[];
  readonly table: TrialTable;
  readonly order: FinishOrder = new FinishOrder();
  readonly #running = new Set<number>();
  readonly #waiting = new Set<number>();
  /** Latest start among the rows before: a trial cannot have finished before an earlier one began. */
  #startedBefore = new Float64Array(16);
  #latestStart = 0;
  /** Owners of running rows; of no interest afterwards. */
  readonly #owners = new Map<number, Json>();
  #runningSorted: Int32Array | null = null;
  #lost = 0;

  constructor(directions: readonly Direction[]) {
    super();
    this.directions = directions;
    this.table = new TrialTable(directions.length);
  }

  /**
   * Takes over a record. Returns the position in finish order when the trial finished with it, else -1.
   * A finished row never changes again, so putting it twice changes nothing.
   */
  put(record: TrialRecord): number {
    const { table } = this;
    const row = record.number;
    const known = row < table.size;
    let noted = table.size;
    if (known && isFinished(table.state(row))) return -1;
    table.put(record, false);
    for (; noted <= row; noted++) this.#noteStart(noted, noted === row ? record : null);
    if (record.state === 'waiting') this.#waiting.add(row);
    else this.#waiting.delete(row);
    if (record.state === 'running') {
      this.#owners.set(row, record.systemAttrs?.get(keys.owner) ?? null);
      this.#setRunning(row);
    } else if (this.#running.delete(row)) {
      this.#owners.delete(row);
      this.#runningSorted = null;
    }
    if (!isFinished(record.state)) return -1;
    if (this.failure(row)?.code === 'lost') this.#lost++;
    return this.order.insert(row, this.effectiveStamp(row));
  }

  #noteStart(row: number, record: TrialRecord | null): void {
    if (row >= this.#startedBefore.length) this.#startedBefore = growFloats(this.#startedBefore, Math.ceil(row * 1.5));
    this.#startedBefore[row] = this.#latestStart;
    if (record === null) return; // a row that a foreign reader has not seen yet
    // A queued trial may start long after its successors; it says nothing about when they were made.
    const queued =
      record.state === 'waiting' ||
      record.systemAttrs?.has(keys.fixedParams) ||
      record.systemAttrs?.has(keys.retryHistory);
    if (!queued) this.#latestStart = Math.max(this.#latestStart, record.startedAt ?? 0);
  }

  #setRunning(row: number): void {
    if (!this.#running.has(row)) {
      this.#running.add(row);
      this.#runningSorted = null;
    }
  }

  /** A row as plain data, with what the trial itself holds. */
  record(row: number): TrialRecord {
    return this.table.record(row);
  }

  /** Adds what a running trial of this process has just stored, without a round trip. */
  setParam(row: number, name: string, dist: Distribution, x: number): void {
    if (!isFinished(this.table.state(row))) this.table.setParam(row, name, dist, x);
  }

  setReport(row: number, step: number, value: number): void {
    if (!isFinished(this.table.state(row))) this.table.setReport(row, step, value);
  }

  setAttr(row: number, scope: 'user' | 'system', key: string, value: Json): void {
    if (isFinished(this.table.state(row))) return;
    if (scope === 'system' && key === keys.owner) this.#owners.set(row, value);
    else this.table.setAttr(row, scope, key, value);
  }

  state(row: number): TrialState {
    return this.table.state(row);
  }

  get finished(): Int32Array {
    return this.order.prefix(this.order.size);
  }

  get running(): Int32Array {
    this.#runningSorted ??= Int32Array.from(this.#running).sort();
    return this.#runningSorted;
  }

  /** Value of `asktell:owner` of a running row, `null` when it has none. */
  owner(row: number): Json {
    return this.#owners.get(row) ?? null;
  }

  /** Rows in the queue, ascending. */
  get waiting(): readonly number[] {
    return this.#waiting.size === 0 ? [] : [...this.#waiting].sort((a, b) => a - b);
  }

  /** The rows of {@link running}, in no order, without making an array. */
  get runningRows(): ReadonlySet<number> {
    return this.#running;
  }

  /** Finished trials that cost budget: all but the lost ones. */
  get spent(): number {
    return this.order.size - this.#lost;
  }

  column(name: string): Float64Array | undefined {
    return this.table.columns.get(name)?.padded(this.table.size);
  }

  distribution(row: number, name: string): Distribution | undefined {
    return this.table.columns.get(name)?.distribution(row);
  }

  /** When the trial counts as finished: not before a trial of a smaller number began. */
  effectiveStamp(row: number): number {
    return Math.max(this.table.finishedAt[row] as number, this.#startedBefore[row] as number);
  }
}

export function isFinished(state: TrialState): boolean {
  return state === 'complete' || state === 'pruned' || state === 'fail';
}
