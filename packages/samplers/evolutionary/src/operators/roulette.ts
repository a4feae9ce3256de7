import type { Selection } from './operator.ts';

/** Minimum weight of a candidate as a fraction of the mean weight. */
const floorShare = 0.01;

/**
 * Roulette wheel (fitness-proportionate selection). The probability grows with the distance from the largest finite loss.
 * Every candidate has at least about a hundredth of the mean probability. Unlike tournament and rank selection it depends on
 * the scale of the objective. Cost: O(candidates).
 */
export function rouletteSelection(): Selection {
  return {
    name: 'roulette',
    config: { kind: 'roulette' },
    select({ size, loss }, rng) {
      let [best, worst] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = 0; i < size; i++) {
        const l = loss[i] as number;
        if (!Number.isFinite(l)) continue;
        best = Math.min(best, l);
        worst = Math.max(worst, l);
      }
      // Halves, because the difference of two finite numbers may overflow.
      const range = worst / 2 - best / 2;
      const merit = (l: number): number =>
        l === Number.NEGATIVE_INFINITY ? 1 : Number.isFinite(l) && range > 0 ? (worst / 2 - l / 2) / range : 0;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += merit(loss[i] as number);
      const floor = sum > 0 ? (floorShare * sum) / size : 1;
      let left = rng.float() * (sum + floor * size);
      for (let i = 0; i < size; i++) {
        left -= merit(loss[i] as number) + floor;
        if (left < 0) return i;
      }
      return size - 1;
    },
  };
}
