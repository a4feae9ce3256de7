import type { HistoryStore } from '../history/history-store.ts';

/** The best trial of a one-objective study, kept up to date row by row. Only complete, feasible trials count. */
export class BestSoFar {
  readonly #store: HistoryStore;
  readonly #sign: number;
  /** Row of the best trial, -1 while there is none; the lowest row among equals. */
  row = -1;
  /** Complete trials in all, and how many of them when the best one came. */
  completed = 0;
  #completedAtBest = 0;

  constructor(store: HistoryStore) {
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

  /** A row has finished. */
  see(row: number): void {
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

/** Whether values `a` are at least as good as `b` everywhere and better somewhere. */
export function dominates(a: readonly number[], b: readonly number[], signs: readonly number[]): boolean {
  let better = false;
  for (let k = 0; k < signs.length; k++) {
    const difference = (signs[k] as number) * (a[k] as number) - (signs[k] as number) * (b[k] as number);
    // inf - inf is NaN: equal.
    if (difference > 0) return false;
    if (difference < 0) better = true;
  }
  return better;
}

/** Rows of the Pareto front among complete, feasible trials, ascending. Equal points all belong to it. */
export function paretoFront(store: HistoryStore): number[] {
  const signs = store.directions.map((direction) => (direction === 'maximize' ? -1 : 1));
  const points: { row: number; values: number[] }[] = [];
  for (const row of store.finished) {
    if (store.state(row) !== 'complete' || (store.violation[row] as number) > 0) continue;
    points.push({ row, values: signs.map((_, k) => store.values(k)[row] as number) });
  }
  // In lexicographic order a point can only be dominated by an earlier one, and dominance among the kept decides.
  points.sort((a, b) => {
    for (let k = 0; k < signs.length; k++) {
      const x = (signs[k] as number) * (a.values[k] as number);
      const y = (signs[k] as number) * (b.values[k] as number);
      if (x !== y) return x < y ? -1 : 1;
    }
    return a.row - b.row;
  });
  const front: typeof points = [];
  for (const point of points) if (!front.some((kept) => dominates(kept.values, point.values, signs))) front.push(point);
  return front.map((point) => point.row).sort((a, b) => a - b);
}
