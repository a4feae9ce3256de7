import type { Selection } from './operator.ts';

/**
 * Linear ranking (Baker 1985): the probability decreases linearly with the position, from `pressure`/n for the best of n to
 * (2 − `pressure`)/n for the worst. Pressure 1 is a uniform draw. Pressure 2 never selects the worst.
 */
export function rankSelection(pressure: number): Selection {
  return {
    name: 'rank',
    config: { kind: 'rank', pressure },
    select({ size }, rng) {
      // The better of two distinct positions has linearly decreasing probabilities down to 0. Mixing it with a uniform draw
      // gives the exact probabilities for any pressure.
      const [coin, first] = [rng.float(), Math.floor(rng.float() * size)];
      if (coin >= pressure - 1 || size === 1) return first;
      const second = Math.floor(rng.float() * (size - 1));
      return Math.min(first, second >= first ? second + 1 : second);
    },
  };
}
