import { type GaussianProcess, Posterior } from '@asktell/numerics';
import type { Observation } from '../data/observations.ts';

/**
 * The least target of the feasible and pruned observations. A value that was told with a standard error may be low by
 * chance, so it counts with its posterior mean. While there are only trials of earlier studies: the least posterior mean
 * that their points would have in this study. `null` if there is nothing feasible.
 *
 * @param list the observations of the process
 */
export function incumbentOf(process: GaussianProcess, list: readonly Observation[]): number | null {
  const posterior = new Posterior(process);
  const mean = new Float64Array(1);
  const meanAt = (point: Float64Array): number => {
    posterior.predictMean(point, 1, mean);
    return mean[0] as number;
  };
  let least: number | null = null;
  const take = (value: number): void => {
    if (least === null || value < least) least = value;
  };
  list.forEach(({ outcome, point }, i) => {
    if (outcome !== 'feasible' && outcome !== 'pruned') return;
    take((process.variances[i] as number) > 0 ? meanAt(point) : (process.targets[i] as number));
  });
  if (least !== null) return least;
  for (const { point, outcome } of list) {
    if (outcome !== 'prior') continue;
    const here = point.slice();
    here[here.length - 1] = 0;
    take(meanAt(here));
  }
  return least;
}

/**
 * Adds pending points to a process. They lower its variances, and the incumbent if their predicted value is lower (the
 * kriging believer of Ginsbourger et al., Kriging is well-suited to parallelize optimization, 2010). Returns the
 * incumbent.
 */
export function addPending(
  process: GaussianProcess,
  pending: readonly Float64Array[],
  incumbent: number | null,
): number | null {
  if (pending.length === 0) return incumbent;
  const mean = new Float64Array(1);
  const posterior = new Posterior(process);
  let least = incumbent;
  for (const point of pending) {
    if (least !== null) {
      posterior.predictMean(point, 1, mean);
      least = Math.min(least, mean[0] as number);
    }
    process.appendPending(point);
  }
  return least;
}
