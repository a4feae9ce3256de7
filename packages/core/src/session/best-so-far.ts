import type { RecordStore } from '../history/record-store.ts';

/** The best trial of a one-objective study, kept up to date row by row. Only complete, feasible trials count. */
export class BestSoFar {
  readonly #store: RecordStore;
  readonly #sign: number;
  /** Row of the best trial, -1 if there is none. The lowest row among ties. */
  row = -1;
  /** Number of complete trials. */
  completed = 0;
  #completedAtBest = 0;

  constructor(store: RecordStore) {
    this.#store = store;
    this.#sign = store.directions[0] === 'maximize' ? -1 : 1;
  }

  get value(): number | undefined {
    return this.row < 0 ? undefined : this.#store.values(0)[this.row];
  }

  /** Complete trials since the best one. */
  get sinceImprovement(): number {
    return this.completed - this.#completedAtBest;
  }

  /** Takes a row into account that has just finished. */
  onFinished(row: number): void {
    const store = this.#store;
    if (store.state(row) !== 'complete') return;
    this.completed++;
    if (store.directions.length !== 1 || (store.violation[row] as number) > 0) return;
    const values = store.values(0);
    const difference = this.row < 0 ? -1 : this.#compare(values[row] as number, values[this.row] as number);
    if (difference < 0) this.#completedAtBest = this.completed;
    if (difference < 0 || (difference === 0 && row < this.row)) this.row = row;
  }

  #compare(a: number, b: number): number {
    return a === b ? 0 : this.#sign * a < this.#sign * b ? -1 : 1;
  }
}
