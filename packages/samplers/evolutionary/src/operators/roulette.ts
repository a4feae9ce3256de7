import type { Selection } from './operator.ts';

/** Share of the mean weight that the worst candidate keeps. */
const floorShare = 0.01;

/**
 * Roulette wheel (fitness-proportionate selection): the probability grows with the distance of the loss from that of the
 * worst finite candidate; that one, and those without a finite loss, keep a hundredth of the mean. Sensitive to the scale of the objective,
 * unlike tournament and rank. Costs O(candidates).
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
      // Halved first: the difference of two finite numbers may overflow.
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
