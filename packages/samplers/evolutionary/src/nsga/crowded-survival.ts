import { constrainedRanks } from './constrained-ranks.ts';
import type { Outcomes, Survival } from './survival.ts';

/**
 * The survival of NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002, doi:10.1109/4235.996017): by rank, then by descending crowding
 * distance (crowded-comparison operator, section III-B).
 */
export const crowdedSurvival: Survival = {
  judge(outcomes: Outcomes, merit: Float64Array): void {
    const ranks = constrainedRanks(outcomes);
    const crowding = crowdingByRank(outcomes, ranks);
    // The fraction is at most 1/2, so that the rank takes precedence.
    for (let row = 0; row < outcomes.size; row++) {
      merit[row] = (ranks[row] as number) + 0.5 / (1 + (crowding[row] as number));
    }
  },
};

/**
 * Crowding distance (section III-B) of each row within its rank. Handles all ranks in one pass over the sorted rows. Equal to
 * `crowdingDistance` of numerics on each front, including infinite losses.
 */
export function crowdingByRank({ size, objectives, losses, sorted }: Outcomes, ranks: Int32Array): Float64Array {
  const crowding = new Float64Array(size);
  for (let k = 0; k < objectives; k++) {
    const order = sorted[k] as Int32Array;
    const width = widthByRank(order, ranks, losses, size, objectives, k);
    // Per rank: the last row, whose upper neighbour is not known yet, its loss, and the loss of its lower neighbour.
    const lastRow: number[] = [];
    const lastLoss: number[] = [];
    const lossBelow: number[] = [];
    const addDistance = (rank: number, above: number): void => {
      const row = lastRow[rank] as number;
      const gap = above === lossBelow[rank] ? 0 : (above - (lossBelow[rank] as number)) / (width[rank] as number);
      if (width[rank] !== 0) crowding[row] = (crowding[row] as number) + gap;
    };
    for (let at = 0; at < size; at++) {
      const row = order[at] as number;
      const rank = ranks[row] as number;
      const loss = losses[row * objectives + k] as number;
      if (lastRow[rank] !== undefined) addDistance(rank, loss);
      lossBelow[rank] = lastLoss[rank] ?? -Infinity;
      lastRow[rank] = row;
      lastLoss[rank] = loss;
    }
    for (let rank = 0; rank < lastRow.length; rank++) addDistance(rank, Infinity);
  }
  return crowding;
}

/** The range of the finite losses of each rank. 0 if all losses are equal, 1 if only infinite losses differ. */
function widthByRank(
  order: Int32Array,
  ranks: Int32Array,
  losses: Float64Array,
  size: number,
  objectives: number,
  k: number,
): readonly number[] {
  const first: number[] = [];
  const last: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  for (let at = 0; at < size; at++) {
    const row = order[at] as number;
    const rank = ranks[row] as number;
    const loss = losses[row * objectives + k] as number;
    first[rank] ??= loss;
    last[rank] = loss;
    if (loss === Infinity || loss === -Infinity) continue;
    low[rank] ??= loss;
    high[rank] = loss;
  }
  return first.map((loss, rank) => {
    if (loss === last[rank]) return 0;
    const range = (high[rank] ?? 0) - (low[rank] ?? 0);
    return range > 0 && range < Infinity ? range : 1;
  });
}
