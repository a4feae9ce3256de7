import { compareStandings, type Standing } from './standing.ts';

/** A finished trial as stored in a {@link GoodList}. */
export interface Entry {
  /** Rank in finish order among the trials of the model, 0 for the oldest. */
  readonly age: number;
  readonly standing: Standing;
  /** Values of all objectives, to be minimised. Empty if only the standing is compared. */
  readonly losses: Float64Array;
  readonly codes: Float64Array;
}

/** Keeps the trials that can be among the good ones, now or later. */
export interface GoodList {
  insert(entry: Entry): void;
  /** The best `count` of all entries inserted so far. */
  best(count: number): readonly Entry[];
  clone(): GoodList;
}

/** Whether two lists contain the same entries in the same order. */
export function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

/** Sorted list of the best `limit` entries, for one objective. A removed entry never becomes good again. */
export class RankedList implements GoodList {
  readonly #limit: number;
  readonly #entries: Entry[];

  constructor(limit: number, entries: Entry[] = []) {
    this.#limit = limit;
    this.#entries = entries;
  }

  insert(entry: Entry): void {
    if (entry.standing.group === 'failed') return;
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0 && compareStandings(entry.standing, (entries[at - 1] as Entry).standing) < 0) at--;
    if (at >= this.#limit) return;
    entries.splice(at, 0, entry);
    if (entries.length > this.#limit) entries.pop();
  }

  best(count: number): readonly Entry[] {
    return this.#entries.slice(0, count);
  }

  clone(): RankedList {
    return new RankedList(this.#limit, [...this.#entries]);
  }
}
