import type { RecordStore } from '../history/record-store.ts';

/** Whether `a` is at least as good as `b` in all objectives and better in one. `signs`: 1 = minimize, -1 = maximize. */
export function dominates(a: readonly number[], b: readonly number[], signs: readonly number[]): boolean {
  let better = false;
  for (let k = 0; k < signs.length; k++) {
    const difference = (signs[k] as number) * (a[k] as number) - (signs[k] as number) * (b[k] as number);
    // Infinity - Infinity is NaN and counts as equal.
    if (difference > 0) return false;
    if (difference < 0) better = true;
  }
  return better;
}

/** Rows of the Pareto front among complete, feasible trials, ascending. Equal points all belong to it. */
export function paretoFront(store: RecordStore): number[] {
  const signs = store.directions.map((direction) => (direction === 'maximize' ? -1 : 1));
  const points: { row: number; values: number[] }[] = [];
  for (const row of store.finished) {
    if (store.state(row) !== 'complete' || (store.violation[row] as number) > 0) continue;
    points.push({ row, values: signs.map((_, k) => store.values(k)[row] as number) });
  }
  // In lexicographic order only earlier points can dominate, so each is compared with the front so far.
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
