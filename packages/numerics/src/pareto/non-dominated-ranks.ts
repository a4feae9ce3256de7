import { type Fronts, FrontsInPlane, FrontsInSpace, FrontsOfLists } from './fronts.ts';
import { lexicographicOrder } from './lexicographic-order.ts';
import { RankBudget } from './rank-budget.ts';

/**
 * Ranks of a non-dominated sort: 0 for the Pareto front, 1 for the front of the remaining points, and so on. Objectives are minimised.
 * Equal points have equal ranks. Infinite values are allowed. NaN is not allowed.
 *
 * Efficient non-dominated sort with binary search (Zhang, Tian, Cheng, Jin 2015, doi:10.1109/TEVC.2014.2308305). Points are visited in
 * lexicographic order, so no point is dominated by a later one. The front of a point is found by bisection, because a point that is
 * dominated by one front is dominated by all fronts before it. A test whether a front dominates a point costs O(1) with two objectives
 * (O(n log n) in total), O(log n) with three, and a scan of the front with more.
 *
 * @param points n × m, row-major
 * @param limit number of points that need exact ranks. Once the best fronts contain this many points, all other points share the next
 *   rank.
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
  // The last relevant front can have moved down after a point was ranked.
  for (let i = 0; i < n; i++) if ((ranks[i] as number) > budget.last) ranks[i] = budget.last + 1;
  return ranks;
}

function frontsFor(sorted: Float64Array, n: number, m: number): Fronts {
  if (m === 2) return new FrontsInPlane(sorted);
  return m === 3 ? new FrontsInSpace(sorted) : new FrontsOfLists(sorted, n, m);
}

/** The first front that does not dominate the point, or `last + 1` if all fronts up to `last` dominate it. */
function frontOf(at: number, fronts: Fronts, last: number): number {
  // With a limit, most points lie beyond the last relevant front.
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
