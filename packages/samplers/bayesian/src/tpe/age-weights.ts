import { newestInFull } from './recipe.ts';

/** Weight of the k-th oldest of `m` bad trials: 1 for the newest 25, a linear ramp from 1/m for older ones (Optuna's default). */
export function ageWeight(k: number, m: number): number {
  const older = m - newestInFull;
  if (k >= older) return 1;
  return older === 1 ? 1 / m : 1 / m + ((1 - 1 / m) * k) / (older - 1);
}

/** Writes the {@link ageWeight}s of `m` trials, oldest first, into the nonzero entries among the first `size`. */
export function fillAgeWeights(weights: Float64Array, size: number, m: number): void {
  const older = m - newestInFull;
  const least = 1 / m;
  const rise = 1 - least;
  const steps = Math.max(older - 1, 1);
  let k = 0;
  for (let i = 0; i < size; i++) {
    if (weights[i] === 0) continue;
    weights[i] = k < older ? least + (rise * k) / steps : 1;
    k++;
  }
}

/** Sum of the {@link ageWeight}s of `m` trials, in O(1). */
export function totalAgeWeight(m: number): number {
  if (m <= newestInFull) return m;
  const older = m - newestInFull;
  return newestInFull + (older === 1 ? 1 / m : (older * (1 + 1 / m)) / 2);
}
