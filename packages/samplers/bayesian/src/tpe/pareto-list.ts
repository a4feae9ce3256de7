import { crowdingDistance, hypervolumeSubset, nonDominatedRanks } from '@asktell/numerics';
import { type Entry, type GoodList, RankedList } from './good-list.ts';

/** Number of complete trials kept per trial that can be good. Dropped trials are far behind the fronts that matter. */
const keepFactor = 4;

/**
 * Good trials of several objectives. Whole fronts of the non-dominated sort come first, while they fit. Then come the trials of the
 * next front that add most hypervolume, then pruned trials, then infeasible trials by their violation. Source: Optuna 5.0, after
 * Ozaki et al. 2020 (MOTPE).
 *
 * The result is exact for few trials. Later, trials far behind the relevant fronts are dropped, so that the cost does not grow.
 */
export class ParetoList implements GoodList {
  readonly #limit: number;
  #complete: Entry[];
  readonly #others: RankedList;

  constructor(limit: number, complete: Entry[] = [], others: RankedList = new RankedList(limit)) {
    this.#limit = limit;
    this.#complete = complete;
    this.#others = others;
  }

  insert(entry: Entry): void {
    if (entry.standing.group === 'failed') return;
    if (entry.standing.group !== 'complete') {
      this.#others.insert(entry);
      return;
    }
    this.#complete.push(entry);
    if (this.#complete.length < 2 * keepFactor * this.#limit) return;
    this.#complete = select(this.#complete, keepFactor * this.#limit, true).sort((a, b) => a.age - b.age);
  }

  best(count: number): readonly Entry[] {
    const complete = select(this.#complete, count);
    return complete.length === count ? complete : [...complete, ...this.#others.best(count - complete.length)];
  }

  clone(): ParetoList {
    return new ParetoList(this.#limit, [...this.#complete], this.#others.clone());
  }
}

/**
 * Selects the best `count` entries, front by front.
 * @param coarse selects from the last front by crowding distance instead of hypervolume if there are three or more objectives.
 *   With four objectives, selecting 400 of 800 points by hypervolume takes a minute, and the dropped entries are far from the best.
 */
function select(entries: readonly Entry[], count: number, coarse = false): Entry[] {
  if (entries.length <= count) return [...entries];
  const m = (entries[0] as Entry).losses.length;
  const points = new Float64Array(entries.length * m);
  entries.forEach(({ losses }, i) => {
    points.set(losses, i * m);
  });
  const ranks = nonDominatedRanks(points, entries.length, m, count);
  const sizes: number[] = [];
  for (const rank of ranks) sizes[rank] = (sizes[rank] ?? 0) + 1;
  let whole = 0;
  let selected = 0;
  while (selected + (sizes[whole] as number) <= count) selected += sizes[whole++] as number;
  const chosen = entries.filter((_, i) => (ranks[i] as number) < whole);
  if (selected === count) return chosen;
  const edge = entries.filter((_, i) => ranks[i] === whole);
  const front = new Float64Array(edge.length * m);
  edge.forEach(({ losses }, i) => {
    front.set(losses, i * m);
  });
  const more =
    coarse && m > 2
      ? leastCrowded(front, edge.length, m, count - selected)
      : hypervolumeSubset(front, edge.length, m, referencePoint(front, m), count - selected);
  return [...chosen, ...Array.from(more, (i) => edge[i] as Entry)];
}

/** The `k` points with the largest crowding distance. Source: the selection of NSGA-II (Deb et al. 2002). */
function leastCrowded(front: Float64Array, n: number, m: number, k: number): Int32Array {
  const distances = crowdingDistance(front, n, m);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  return order.sort((a, b) => compareCrowding(distances[a] as number, distances[b] as number) || a - b).slice(0, k);
}

/** Sorts larger distances first. Two infinite distances are equal. */
function compareCrowding(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

/** A point worse than the front in each objective, by a tenth of the absolute value of the worst, and never 0 (Optuna 5.0). */
function referencePoint(front: Float64Array, m: number): Float64Array {
  const worst = new Float64Array(m).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < front.length; i++) worst[i % m] = Math.max(worst[i % m] as number, front[i] as number);
  return worst.map((w) => Math.max(1.1 * w, 0.9 * w) || 1e-12);
}
