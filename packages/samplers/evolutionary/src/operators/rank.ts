import type { Selection } from './operator.ts';

/**
 * Linear ranking (Baker 1985): the probability falls linearly with the position, from `pressure`/n for the best of n to
 * (2 − `pressure`)/n for the worst. Pressure 1 is a uniform draw, 2 never takes the worst.
 */
export function rankSelection(pressure: number): Selection {
  return {
    name: 'rank',
    config: { kind: 'rank', pressure },
    select({ size }, rng) {
      // The better of two distinct positions falls linearly to 0; mixed with a uniform draw it gives any pressure, exactly.
      const [coin, first] = [rng.float(), Math.floor(rng.float() * size)];
      if (coin >= pressure - 1 || size === 1) return first;
      const second = Math.floor(rng.float() * (size - 1));
      return Math.min(first, second >= first ? second + 1 : second);
    },
  };
}
