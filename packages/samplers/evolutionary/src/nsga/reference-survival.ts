import { associate, type Niches, unitDirections } from './associate.ts';
import { constrainedRanks } from './constrained-ranks.ts';
import { normalize } from './normalize.ts';
import type { Outcomes, Survival } from './survival.ts';

/**
 * The survival of NSGA-III (Deb and Jain 2014, doi:10.1109/TEVC.2013.2281535). Members are ordered by rank, then by the number of
 * better members in the same niche, which is the nearest reference direction. A member is better if its rank is lower, or if
 * the ranks are equal and it is nearer to the direction. So the removed member has the worst rank, and within that rank it is
 * the farthest from its direction in the fullest niche. Equivalent to the niching of the paper for one surplus member, without
 * its random choices.
 *
 * @param directions row-major, `objectives` coordinates each
 */
export function referenceSurvival(directions: Float64Array, objectives: number): Survival {
  const units = unitDirections(directions, objectives);
  return {
    judge(outcomes: Outcomes, merit: Float64Array): void {
      const { size } = outcomes;
      const ranks = constrainedRanks(outcomes);
      const { rows, niche, distance } = nichesOf(outcomes, ranks, units);
      for (let row = 0; row < size; row++) merit[row] = ranks[row] as number;
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at] as number;
        let crowd = 0;
        for (let other = 0; other < rows.length; other++) {
          if (niche[other] !== niche[at] || other === at) continue;
          const byRank = (ranks[rows[other] as number] as number) - (ranks[row] as number);
          const byDistance = (distance[other] as number) - (distance[at] as number);
          if (byRank < 0 || (byRank === 0 && (byDistance < 0 || (byDistance === 0 && other < at)))) crowd++;
        }
        // The fraction is below 1, so that the rank takes precedence.
        merit[row] = (ranks[row] as number) + (crowd + 1 - 1 / (1 + (distance[at] as number))) / (size + 1);
      }
    },
  };
}

/** The niches of the feasible members. The members of the first front come first. */
function nichesOf(
  { size, objectives: m, losses, violation }: Outcomes,
  ranks: Int32Array,
  units: Float64Array,
): Niches & { readonly rows: Int32Array } {
  const rows = new Int32Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) if (ranks[row] === 0 && violation[row] === 0) rows[count++] = row;
  const front = count;
  for (let row = 0; row < size; row++) if (ranks[row] !== 0 && violation[row] === 0) rows[count++] = row;
  const points = new Float64Array(count * m);
  for (let at = 0; at < count; at++) {
    for (let k = 0; k < m; k++) points[at * m + k] = losses[(rows[at] as number) * m + k] as number;
  }
  normalize(points, count, m, front);
  return { rows: rows.subarray(0, count), ...associate(points, count, m, units) };
}
