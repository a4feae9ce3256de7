import { nonDominatedRanks } from '@asktell/numerics';
import type { Outcomes } from './survival.ts';

/**
 * Ranks by constrained domination (Deb et al. 2002, definition 1): feasible members by non-domination, then infeasible members
 * by violation only.
 * @returns the rank of each row, 0 = best; equal violations have equal ranks
 */
export function constrainedRanks(outcomes: Outcomes): Int32Array {
  const { size, objectives, losses, violation } = outcomes;
  let infeasible = 0;
  for (let row = 0; row < size; row++) if ((violation[row] as number) > 0) infeasible++;
  if (infeasible === 0) return objectives === 2 ? planeRanks(outcomes) : nonDominatedRanks(losses, size, objectives);

  const feasible: number[] = [];
  const others: number[] = [];
  for (let row = 0; row < size; row++) ((violation[row] as number) > 0 ? others : feasible).push(row);
  const points = new Float64Array(feasible.length * objectives);
  feasible.forEach((row, at) => {
    points.set(losses.subarray(row * objectives, (row + 1) * objectives), at * objectives);
  });
  const ranks = new Int32Array(size);
  let next = 0;
  nonDominatedRanks(points, feasible.length, objectives).forEach((rank, at) => {
    ranks[feasible[at] as number] = rank;
    next = Math.max(next, rank + 1);
  });
  const violations = Float64Array.from(others, (row) => violation[row] as number);
  nonDominatedRanks(violations, others.length, 1).forEach((rank, at) => {
    ranks[others[at] as number] = next + rank;
  });
  return ranks;
}

/**
 * {@link nonDominatedRanks} for two objectives, using the sorted rows. A front dominates a later row if the lowest second loss
 * of the front is not above that of the row.
 */
function planeRanks({ size, losses, sorted }: Outcomes): Int32Array {
  const ranks = new Int32Array(size);
  const order = sorted[0] as Int32Array;
  const lowest: number[] = [];
  let rank = 0;
  for (let at = 0; at < size; at++) {
    const row = order[at] as number;
    const [x, y] = [losses[2 * row] as number, losses[2 * row + 1] as number];
    const previous = 2 * (order[at - 1] ?? -1);
    if (at === 0 || losses[previous] !== x || losses[previous + 1] !== y) {
      rank = 0;
      while (rank < lowest.length && (lowest[rank] as number) <= y) rank++;
      lowest[rank] = y;
    }
    ranks[row] = rank;
  }
  return ranks;
}
