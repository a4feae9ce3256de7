import type { ArdKernel, GaussianProcess } from '@asktell/numerics';
import type { GpState } from '../state.ts';
import type { Domain } from './domain.ts';

/** Number of nearest observations that must have failed for a point to be left out. */
const nearest = 2;

/**
 * The domain without the points whose two nearest observations have failed. A smooth model of failure blurs the border
 * of a region that fails; with this rule a search approaches it by bisection. A single failure excludes nothing,
 * because it may be due to chance. Distances are those of the model of failure, which ignores irrelevant parameters.
 */
export function awayFromFailures(
  { encoding, observations }: GpState,
  failure: GaussianProcess,
  domain: Domain,
): Domain {
  const { columns, numeric } = encoding;
  const { weights } = failure.kernel as ArdKernel;
  const point = new Float64Array(columns);
  const distances = new Float64Array(nearest);
  const failed = new Uint8Array(nearest);
  const isSafe = (design: Float64Array, start: number): boolean => {
    encoding.toColumns(design, start, point, 0);
    distances.fill(Number.POSITIVE_INFINITY);
    failed.fill(0);
    for (const other of observations) {
      let square = 0;
      for (let j = 0; j < columns; j++) {
        const away = (point[j] as number) - (other.point[j] as number);
        square += (weights[j] as number) * (j < numeric ? away * away : away === 0 ? 0 : 1);
      }
      let at = nearest;
      while (at > 0 && square < (distances[at - 1] as number)) at--;
      if (at === nearest) continue;
      for (let k = nearest - 1; k > at; k--) {
        distances[k] = distances[k - 1] as number;
        failed[k] = failed[k - 1] as number;
      }
      distances[at] = square;
      failed[at] = other.outcome === 'failed' ? 1 : 0;
    }
    return failed.includes(0);
  };
  const { accepts } = domain;
  return {
    ...domain,
    accepts: (design, start) => isSafe(design, start) && (accepts === null || accepts(design, start)),
  };
}
