import { crowdingDistance, hypervolumeSubset, nonDominatedRanks } from '@asktell/numerics';
import { type Entry, type GoodList, RankedList } from './good-list.ts';

/** Complete trials kept for each one that can ever be good: enough that none of the dropped ones would be missed. */
const kept = 4;

/**
 * For several objectives: whole fronts of the non-dominated sort while they fit, then those of the next front that add most
 * hypervolume; behind them infeasible trials by their violation. Source: Optuna 5.0, after Ozaki et al. 2020 (MOTPE). Exact
 * while few trials have finished; later, what lies far behind the fronts that matter is forgotten, so that the cost stays flat.
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
    if (this.#complete.length < 2 * kept * this.#limit) return;
    this.#complete = select(this.#complete, kept * this.#limit, true).sort((a, b) => a.age - b.age);
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
 * The best `count` entries, front by front.
 * @param coarse with three objectives and more, chooses from the last front by crowding instead of volume: four hundred of eight hundred by
 *   volume take a minute with four objectives, and what is dropped here is far from being among the best
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
  let held = 0;
  while (held + (sizes[whole] as number) <= count) held += sizes[whole++] as number;
  const chosen = entries.filter((_, i) => (ranks[i] as number) < whole);
  if (held === count) return chosen;
  const edge = entries.filter((_, i) => ranks[i] === whole);
  const front = new Float64Array(edge.length * m);
  edge.forEach(({ losses }, i) => {
    front.set(losses, i * m);
  });
  const more =
    coarse && m > 2
      ? leastCrowded(front, edge.length, m, count - held)
      : hypervolumeSubset(front, edge.length, m, referencePoint(front, m), count - held);
  return [...chosen, ...Array.from(more, (i) => edge[i] as Entry)];
}

/** Source: the selection of NSGA-II (Deb et al. 2002). */
function leastCrowded(front: Float64Array, n: number, m: number, k: number): Int32Array {
  const distances = crowdingDistance(front, n, m);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  return order.sort((a, b) => compareCrowding(distances[a] as number, distances[b] as number) || a - b).slice(0, k);
}

/** The less crowded first; infinite ones are equal. */
function compareCrowding(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

/** A little worse than the worst of a front in each objective (Optuna 5.0: a tenth of its size away, never zero). */
function referencePoint(front: Float64Array, m: number): Float64Array {
  const worst = new Float64Array(m).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < front.length; i++) worst[i % m] = Math.max(worst[i % m] as number, front[i] as number);
  return worst.map((w) => Math.max(1.1 * w, 0.9 * w) || 1e-12);
}
