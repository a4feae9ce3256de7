import { associate, type Niches, unitDirections } from './associate.ts';
import { constrainedRanks } from './constrained-ranks.ts';
import { normalize } from './normalize.ts';
import type { Outcomes, Survival } from './survival.ts';

/**
 * NSGA-III (Deb and Jain 2014, doi:10.1109/TEVC.2013.2281535): by rank, within a rank by how many better members share
 * a member's niche, that of the reference direction nearest to it. Better are those of a better rank, and of the same rank those nearer
 * to the direction. So the one to leave is of the worst rank and, of those, in the fullest niche the farthest from
 * its direction: what the paper's niching leaves over when a single member is too many, without its random choices.
 *
 * @param directions row-major, one direction a row, of as many coordinates as there are objectives
 */
export function referenceSurvival(directions: Float64Array, objectives: number): Survival {
  const units = unitDirections(directions, objectives);
  return {
    judge(outcomes: Outcomes, merit: Float64Array): void {
      const { size, violation } = outcomes;
      const ranks = constrainedRanks(outcomes);
      const feasible = new Int32Array(size).map((_, row) => row).filter((row) => !((violation[row] as number) > 0));
      const { niche, distance } = nichesOf(outcomes, feasible, ranks, units);
      feasible.sort(
        (a, b) =>
          (ranks[a] as number) - (ranks[b] as number) || (distance[a] as number) - (distance[b] as number) || a - b,
      );
      const members = new Int32Array(directions.length);
      for (let row = 0; row < size; row++) merit[row] = ranks[row] as number;
      for (const row of feasible) {
        const at = niche[row] as number;
        const crowd = members[at] as number;
        members[at] = crowd + 1;
        const d = distance[row] as number;
        merit[row] = (ranks[row] as number) + (crowd + 1 - 1 / (1 + d)) / (size + 1);
      }
    },
  };
}

/** Niche and distance by row, of feasible members only. */
function nichesOf(
  { size, objectives: m, losses }: Outcomes,
  feasible: Int32Array,
  ranks: Int32Array,
  units: Float64Array,
): Niches {
  const front = feasible.filter((row) => ranks[row] === 0);
  // The front comes first.
  const order = [...front, ...feasible.filter((row) => ranks[row] !== 0)];
  const points = new Float64Array(order.length * m);
  order.forEach((row, at) => {
    points.set(losses.subarray(row * m, (row + 1) * m), at * m);
  });
  normalize(points, order.length, m, front.length);
  const { niche, distance } = associate(points, order.length, m, units);
  const byRow: Niches = { niche: new Int32Array(size), distance: new Float64Array(size) };
  order.forEach((row, at) => {
    byRow.niche[row] = niche[at] as number;
    byRow.distance[row] = distance[at] as number;
  });
  return byRow;
}
