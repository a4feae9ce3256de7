import { newestInFull } from './recipe.ts';

/** Weight of the k-th oldest of `m` bad trials: 1 for the newest 25, before them a linear ramp from 1/m (Optuna's default). */
export function ageWeight(k: number, m: number): number {
  const older = m - newestInFull;
  if (k >= older) return 1;
  return older === 1 ? 1 / m : 1 / m + ((1 - 1 / m) * k) / (older - 1);
}

/** Sum of all {@link ageWeight}s of `m` trials. */
export function totalAgeWeight(m: number): number {
  if (m <= newestInFull) return m;
  const older = m - newestInFull;
  return newestInFull + (older === 1 ? 1 / m : (older * (1 + 1 / m)) / 2);
}
