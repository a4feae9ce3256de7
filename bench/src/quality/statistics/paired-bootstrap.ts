import { rngFor } from '@asktell/core';
import { median } from '../../table.ts';

/** Two values that belong together: the same problem, the same seed. */
export type Pair = readonly [a: number, b: number];

export interface BootstrapOptions {
  readonly resamples: number;
  readonly seed: number;
}

export interface PairedBootstrap {
  /** Median of all a less median of all b. */
  readonly difference: number;
  /** The central 95 % of the differences of the resamples. */
  readonly low: number;
  readonly high: number;
  /** Share of the resamples whose difference is below 0, those at 0 counted half. */
  readonly below: number;
}

/**
 * How sure the difference of two medians is, by the percentile bootstrap (Efron 1979) in two stages (Davison and Hinkley 1997,
 * section 3.8): problems are drawn with replacement, then seeds of each drawn problem. Both sides are drawn together, so that
 * what is hard for both of them cancels.
 * @param groups pairs by problem
 * @throws RangeError when there is no problem, a problem without pairs, or a value that is not finite
 */
export function pairedBootstrap(
  groups: readonly (readonly Pair[])[],
  { resamples, seed }: BootstrapOptions,
): PairedBootstrap {
  if (groups.length === 0 || groups.some((group) => group.length === 0))
    throw new RangeError('pairedBootstrap: there is a problem without pairs, or no problem');
  if (!groups.flat(2).every(Number.isFinite)) throw new RangeError('pairedBootstrap: values must be finite');
  const rng = rngFor(seed, 0, 'paired bootstrap');
  const differences = Float64Array.from({ length: resamples }, () => {
    const drawn = groups.flatMap(() => {
      const group = groups[rng.int(0, groups.length - 1)] as readonly Pair[];
      return group.map(() => group[rng.int(0, group.length - 1)] as Pair);
    });
    return differenceOf(drawn);
  }).sort();
  const quantile = (share: number): number => differences[Math.round(share * (resamples - 1))] as number;
  const below = differences.filter((value) => value < 0).length;
  const ties = differences.filter((value) => value === 0).length;
  return {
    difference: differenceOf(groups.flat()),
    low: quantile(0.025),
    high: quantile(0.975),
    below: (below + ties / 2) / resamples,
  };
}

function differenceOf(pairs: readonly Pair[]): number {
  return median(pairs.map(([a]) => a)) - median(pairs.map(([, b]) => b));
}
