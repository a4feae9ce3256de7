import { AsktellError, type Direction, rngFor, show } from '@asktell/core';

/** Options of {@link expectedOptimism}. */
export interface ExpectedOptimismOptions {
  /** Default `'maximize'`. */
  readonly direction?: Direction;
  /** Number of simulated searches. Default 1000. */
  readonly simulations?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * How much better than its true value the best of several noisy measurements looks on average: the winner's curse. The true
 * values are taken to be the measured ones, shrunk towards their mean until their variance is the measured variance less that
 * of the noise (empirical Bayes). Then measuring and picking the best is simulated.
 * @param values the measured values of all candidates, failed ones left out
 * @param noise the standard deviation of the noise of one value
 * @returns 0 or more, in the unit of the values
 * @throws AsktellError `invalid-argument`
 * @example expectedOptimism([0.81, 0.83, 0.8, 0.82], 0.02) // 0.017
 */
export function expectedOptimism(
  values: readonly number[],
  noise: number,
  { direction = 'maximize', simulations = 1000, seed = 0 }: ExpectedOptimismOptions = {},
): number {
  if (!(noise >= 0) || values.length === 0 || !values.every(Number.isFinite))
    throw new AsktellError(
      'invalid-argument',
      `expectedOptimism needs at least one value, finite values and a noise of 0 or more, not ${show(values)} and ${show(noise)}.`,
    );
  const sign = direction === 'maximize' ? 1 : -1;
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / Math.max(1, values.length - 1);
  const shrink = variance > 0 ? Math.sqrt(Math.max(0, 1 - noise ** 2 / variance)) : 0;
  const truth = Float64Array.from(values, (value) => sign * (center + shrink * (value - center)));
  const rng = rngFor(seed, 0, 'expected-optimism');
  let sum = 0;
  for (let round = 0; round < simulations; round++) {
    let best = Number.NEGATIVE_INFINITY;
    let optimism = 0;
    for (const value of truth) {
      const error = noise * rng.normal();
      if (value + error > best) {
        best = value + error;
        optimism = error;
      }
    }
    sum += optimism;
  }
  return Math.max(0, sum / simulations);
}
