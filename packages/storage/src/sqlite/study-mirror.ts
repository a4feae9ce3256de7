import type { Distribution, StudyRef, TrialState } from '@asktell/core';

/** Trial states, indexed by their code in {@link StudyMirror}. */
const states: readonly TrialState[] = ['waiting', 'running', 'complete', 'pruned', 'fail'];

/** One row of the table `trials`. */
export interface TrialRow {
  readonly id: number;
  readonly number: number;
  readonly state: TrialState;
  /** Microseconds since 1970, or `null` when unset. */
  readonly startedAt: number | null;
  /** Microseconds since 1970, or `null` when unset. */
  readonly finishedAt: number | null;
}

/**
 * A columnar copy of the `trials` rows of one study, with a change log that cursors point into. Trials are only added,
 * and finished trials never change. A refresh therefore reads rows with higher ids and unfinished rows only.
 */
export class StudyMirror {
  /** It gets an epoch when the first write stores one. */
  ref: StudyRef & { readonly id: number };
  readonly objectives: number;
  /** The `data_version` of the database at the last refresh. Initially NaN. */
  dataVersion: number = Number.NaN;
  /** Whether a commit failed, so that the change log may be incomplete. */
  broken = false;
  /** A trial that has started, with its start, which never changes. */
  witness: { readonly id: number; readonly startedAt: number } | null = null;
  /** Number of trials. */
  size = 0;
  /** Numbers of the unfinished trials, ascending. */
  readonly unfinished: Set<number> = new Set();
  /** Latest timestamp of the study in microseconds since 1970. */
  clock = 0;
  /** One distribution for each known parameter name of the study. */
  readonly dists: Map<string, Distribution> = new Map();
  /** `dists` contains every parameter name of the trials with ids below this one. */
  namesKnownBelow = 0;
  /** The stored owners of running trials as they were last watched, `undefined` for none. */
  readonly owners: Map<number, string | undefined> = new Map();
  /** Length of the change log. */
  changed = 0;
  #changes = new Int32Array(64);
  #ids = new Float64Array(64);
  #states = new Uint8Array(64);
  #started = new Float64Array(64);
  #finished = new Float64Array(64);

  constructor(ref: StudyRef & { readonly id: number }, objectives: number) {
    this.ref = ref;
    this.objectives = objectives;
  }

  /** Highest row id, or 0 without trials. */
  get lastId(): number {
    return this.size === 0 ? 0 : (this.#ids[this.size - 1] as number);
  }

  idOf(number: number): number {
    return this.#ids[number] as number;
  }

  stateOf(number: number): TrialState {
    return states[this.#states[number] as number] as TrialState;
  }

  row(number: number): TrialRow {
    const started = this.#started[number] as number;
    const finished = this.#finished[number] as number;
    return {
      id: this.idOf(number),
      number,
      state: this.stateOf(number),
      startedAt: Number.isNaN(started) ? null : started,
      finishedAt: Number.isNaN(finished) ? null : finished,
    };
  }

  /** Number of the trial with this id, which must exist. Ids ascend with numbers, usually without gaps. */
  numberOf(id: number): number {
    const guess = id - (this.#ids[0] as number);
    if (guess < this.size && this.#ids[guess] === id) return guess;
    let low = 0;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds a new row or updates an existing one. */
  put(row: TrialRow): void {
    const { number } = row;
    if (number === this.size) {
      if (number === this.#ids.length) this.#grow();
      this.#ids[number] = row.id;
      this.size++;
    }
    if (this.witness === null && row.startedAt !== null) this.witness = { id: row.id, startedAt: row.startedAt };
    this.#states[number] = states.indexOf(row.state);
    this.#started[number] = row.startedAt ?? Number.NaN;
    this.#finished[number] = row.finishedAt ?? Number.NaN;
    this.clock = Math.max(this.clock, row.startedAt ?? 0, row.finishedAt ?? 0);
    if (row.state === 'waiting' || row.state === 'running') this.unfinished.add(number);
    else {
      this.unfinished.delete(number);
      this.owners.delete(number);
    }
  }

  /** Appends a row to the change log. */
  touch(number: number): void {
    if (this.changed === this.#changes.length) {
      const grown = new Int32Array(this.changed * 2);
      grown.set(this.#changes);
      this.#changes = grown;
    }
    this.#changes[this.changed++] = number;
  }

  /** The distinct rows in the change log from a position on, unordered. */
  changesSince(position: number): Set<number> {
    const rows = new Set<number>();
    for (let i = position; i < this.changed; i++) rows.add(this.#changes[i] as number);
    return rows;
  }

  #grow(): void {
    const capacity = this.#ids.length * 2;
    const widen = <A extends Float64Array | Uint8Array>(old: A, wide: A): A => {
      wide.set(old);
      return wide;
    };
    this.#ids = widen(this.#ids, new Float64Array(capacity));
    this.#states = widen(this.#states, new Uint8Array(capacity));
    this.#started = widen(this.#started, new Float64Array(capacity));
    this.#finished = widen(this.#finished, new Float64Array(capacity));
  }
}
