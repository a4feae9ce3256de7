import { newestInFull } from './recipe.ts';

/** Weight of the k-th oldest of `m` bad trials: 1 for the newest 25, before them a linear ramp from 1/m (Optuna's default). */
export function ageWeight(k: number, m: number): number {
  const older = m - newestInFull;
  if (k >= older) return 1;
  return older === 1 ? 1 / m : 1 / m + ((1 - 1 / m) * k) / (older - 1);
}

/** Writes {@link ageWeight}s of `m` trials, the oldest first, into those of the first `size` places that are not 0. */
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

/** Sum of all {@link ageWeight}s of `m` trials. */
export function totalAgeWeight(m: number): number {
  if (m <= newestInFull) return m;
  const older = m - newestInFull;
  return newestInFull + (older === 1 ? 1 / m : (older * (1 + 1 / m)) / 2);
}
