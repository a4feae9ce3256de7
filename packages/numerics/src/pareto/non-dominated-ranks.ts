import { type Fronts, FrontsInPlane, FrontsInSpace, FrontsOfLists } from './fronts.ts';
import { lexicographicOrder } from './lexicographic-order.ts';
import { RankBudget } from './rank-budget.ts';

/**
 * Ranks of a non-dominated sort, every objective minimised: 0 for the Pareto front, 1 for the front of the rest, and so on.
 * Equal points have equal ranks. ±Infinity are values like others; NaN has no order: keep it out.
 *
 * Efficient non-dominated sort with binary search (Zhang, Tian, Cheng, Jin 2015, doi:10.1109/TEVC.2014.2308305): points come in
 * lexicographic order, so that none is dominated by a later one, and the front of each is found by bisection, since a
 * point that some front dominates is dominated by all fronts before it. Whether a front dominates a point takes
 * O(1) for two objectives (O(n log n) in all), O(log n) for three, a scan of the front for more.
 *
 * @param points n × m, row-major
 * @param limit stop telling fronts apart once the best ones hold this many points: all that remain share the next rank
 * @returns n ranks
 * @example nonDominatedRanks(Float64Array.of(0, 1, 1, 0, 1, 1), 3, 2); // 0, 0, 1
 */
export function nonDominatedRanks(points: Float64Array, n: number, m: number, limit: number = n): Int32Array {
  const ranks = new Int32Array(n);
  if (n === 0 || limit <= 0) return ranks;
  const order = lexicographicOrder(points, n, m);
  const sorted = new Float64Array(n * m);
  for (let at = 0; at < n; at++) {
    const from = (order[at] as number) * m;
    for (let i = 0; i < m; i++) sorted[at * m + i] = points[from + i] as number;
  }
  const fronts = frontsFor(sorted, n, m);
  const budget = new RankBudget(limit);
  let previous = 0;
  for (let at = 0; at < n; at++) {
    if (at === 0 || !equalsPrevious(sorted, m, at)) {
      previous = frontOf(at, fronts, budget.last);
      if (previous <= budget.last) fronts.add(previous, at);
    }
    ranks[order[at] as number] = previous;
    if (previous <= budget.last) budget.add(previous);
  }
  // Fronts that mattered when a point joined them may no longer do so.
  for (let i = 0; i < n; i++) if ((ranks[i] as number) > budget.last) ranks[i] = budget.last + 1;
  return ranks;
}

function frontsFor(sorted: Float64Array, n: number, m: number): Fronts {
  if (m === 2) return new FrontsInPlane(sorted);
  return m === 3 ? new FrontsInSpace(sorted) : new FrontsOfLists(sorted, n, m);
}

/** The first front that does not dominate the point, `last + 1` if none up to `last` is. */
function frontOf(at: number, fronts: Fronts, last: number): number {
  // With a limit most points lie beyond the last front that matters.
  if (last < fronts.count && fronts.dominates(last, at)) return last + 1;
  let low = 0;
  let high = Math.min(fronts.count, last + 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fronts.dominates(middle, at)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function equalsPrevious(sorted: Float64Array, m: number, at: number): boolean {
  for (let i = at * m; i < (at + 1) * m; i++) if (sorted[i] !== sorted[i - m]) return false;
  return true;
}
