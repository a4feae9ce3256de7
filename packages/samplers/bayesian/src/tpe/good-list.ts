import { compareStandings, type Standing } from './standing.ts';

/** A finished trial as a model remembers it. */
export interface Entry {
  /** Rank in finish order among the trials of the model. */
  readonly age: number;
  readonly standing: Standing;
  /** Values of all objectives, smaller is better; empty where only the standing counts. */
  readonly losses: Float64Array;
  readonly codes: Float64Array;
}

/** Keeps the trials that may ever count as good. */
export interface GoodList {
  insert(entry: Entry): void;
  /** The best `count` of all entries so far. */
  best(count: number): readonly Entry[];
  clone(): GoodList;
}

/** Whether two lists hold the same entries in the same order. */
export function areSame(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

/** For one objective: a sorted list of the best `limit` entries. What has left it never comes back. */
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
