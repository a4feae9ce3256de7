import type { Distribution, StudyRef, TrialState } from '@asktell/core';

/** States by their code in {@link StudyMirror}. */
const states: readonly TrialState[] = ['waiting', 'running', 'complete', 'pruned', 'fail'];

/** The columns of one row of `trials`. */
export interface TrialRow {
  readonly id: number;
  readonly number: number;
  readonly state: TrialState;
  /** Microseconds, `null` when unset. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/**
 * What a connection knows of one study: its `trials` table in columns, and the order in which rows changed. Cursors
 * point into that order. As trials are only ever added and finished ones never change, it is brought up to date by
 * looking at rows with a higher id and at the unfinished ones.
 */
export class StudyMirror {
  readonly ref: StudyRef & { readonly id: number };
  readonly objectives: number;
  /** The database's version when this was last brought up to date; NaN at first. */
  dataVersion: number = Number.NaN;
  /** A commit failed, so that rows may have changed without a note here. */
  broken = false;
  size = 0;
  /** Numbers of the unfinished trials, ascending. */
  readonly unfinished: Set<number> = new Set();
  /** Latest stamp of the study, microseconds. */
  clock = 0;
  /** A distribution of every parameter name that is known to be in the study. */
  readonly dists: Map<string, Distribution> = new Map();
  /** All names of trials below this id are in `dists`. */
  namesKnownBelow = 0;
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

  /** Number of the trial with this id, which has to be there. Ids ascend with numbers, mostly without gaps. */
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

  /** Takes over a new row or a change of a known one. */
  put(row: TrialRow): void {
    const { number } = row;
    if (number === this.size) {
      if (number === this.#ids.length) this.#grow();
      this.#ids[number] = row.id;
      this.size++;
    }
    this.#states[number] = states.indexOf(row.state);
    this.#started[number] = row.startedAt ?? Number.NaN;
    this.#finished[number] = row.finishedAt ?? Number.NaN;
    this.clock = Math.max(this.clock, row.startedAt ?? 0, row.finishedAt ?? 0);
    if (row.state === 'waiting' || row.state === 'running') this.unfinished.add(number);
    else this.unfinished.delete(number);
  }

  /** Notes that a row is no longer what readers have seen. */
  touch(number: number): void {
    if (this.changed === this.#changes.length) {
      const grown = new Int32Array(this.changed * 2);
      grown.set(this.#changes);
      this.#changes = grown;
    }
    this.#changes[this.changed++] = number;
  }

  /** Rows touched since a position, each once, unordered. */
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
