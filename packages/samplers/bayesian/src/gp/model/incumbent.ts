import { type GaussianProcess, Posterior } from '@asktell/numerics';
import type { Observation } from '../data/observations.ts';

/**
 * Posterior means at the observations of a process: y - N α, because (K + N) α = y. They are what remains of the targets without noise.
 */
export function smoothedTargets({ observations, targets, variances, alpha, noise }: GaussianProcess): Float64Array {
  return targets
    .slice(0, observations)
    .map((target, i) => target - (noise + (variances[i] as number)) * (alpha[i] as number));
}

/**
 * The least target of the feasible and pruned observations. A value that was told with a standard error may be low by
 * chance, so it counts with its posterior mean. While there are only trials of earlier studies: the least posterior mean
 * that their points would have in this study. `null` if there is nothing feasible.
 *
 * @param list the observations of the process
 * @param isNoisy whether each target counts with its posterior mean
 */
export function incumbentOf(
  process: GaussianProcess,
  list: readonly Observation[],
  isNoisy: boolean = false,
): number | null {
  const smoothed = smoothedTargets(process);
  let least: number | null = null;
  const take = (value: number): void => {
    if (least === null || value < least) least = value;
  };
  list.forEach(({ outcome }, i) => {
    if (outcome !== 'feasible' && outcome !== 'pruned') return;
    const isSmoothed = isNoisy || (process.variances[i] as number) > 0;
    take((isSmoothed ? smoothed[i] : process.targets[i]) as number);
  });
  if (least !== null) return least;
  const posterior = new Posterior(process);
  const mean = new Float64Array(1);
  for (const { point, outcome } of list) {
    if (outcome !== 'prior') continue;
    const here = point.slice();
    here[here.length - 1] = 0;
    posterior.predictMean(here, 1, mean);
    take(mean[0] as number);
  }
  return least;
}

/**
 * Adds pending points to a process. They lower its variances. Returns the least value predicted for one of them, ∞ without
 * any. Proposals should improve on it, too (the kriging believer of Ginsbourger et al., Kriging is well-suited to
 * parallelize optimization, 2010).
 */
export function addPending(process: GaussianProcess, pending: readonly Float64Array[]): number {
  let least = Number.POSITIVE_INFINITY;
  if (pending.length === 0) return least;
  const mean = new Float64Array(1);
  const posterior = new Posterior(process);
  for (const point of pending) {
    posterior.predictMean(point, 1, mean);
    least = Math.min(least, mean[0] as number);
    process.appendPending(point);
  }
  return least;
}

/** The lower one of an incumbent and a predicted value, `null` without an incumbent. */
export function lowered(incumbent: number | null, predicted: number): number | null {
  return incumbent === null ? null : Math.min(incumbent, predicted);
}
