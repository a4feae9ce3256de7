import type { Selection } from './operator.ts';

/**
 * Tournament selection: the best of `size` candidates drawn with replacement. Among equally good candidates the first one drawn
 * wins. Size 1 is a uniform draw.
 */
export function tournamentSelection(size: number): Selection {
  return {
    name: 'tournament',
    config: { kind: 'tournament', size },
    select(candidates, rng) {
      let winner = Math.floor(rng.float() * candidates.size);
      for (let round = 1; round < size; round++) {
        const rival = Math.floor(rng.float() * candidates.size);
        if ((candidates.rank[rival] as number) < (candidates.rank[winner] as number)) winner = rival;
      }
      return winner;
    },
  };
}
