import type { Recombination } from './strategy.ts';

/** The weights of λ ranked points, best first. */
export interface Ranking {
  /** Weights in the mean, with sum 1. */
  readonly recombination: Float64Array;
  /** Weights in the covariance. */
  readonly weights: Float64Array;
  /** Variance effective selection mass. */
  readonly muEff: number;
}

/**
 * The weights of points with ties. Equally good points get the mean of their weights, so that their order of arrival does not
 * act as selection. Without ties these are the weights of the strategy.
 * @param tied tied[i] = 1: the point of rank i is as good as the one before it
 */
export function rankingOf(strategy: Recombination, tied: Uint8Array): Ranking {
  if (!tied.includes(1)) return strategy;
  const { lambda } = strategy;
  const recombination = strategy.recombination.slice();
  const weights = strategy.weights === strategy.recombination ? recombination : strategy.weights.slice();
  for (let from = 0; from < lambda; ) {
    let to = from + 1;
    while (to < lambda && tied[to] === 1) to++;
    share(recombination, from, to);
    if (weights !== recombination) share(weights, from, to);
    from = to;
  }
  let squares = 0;
  for (const w of recombination) squares += w * w;
  return { recombination, weights, muEff: 1 / squares };
}

function share(weights: Float64Array, from: number, to: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += weights[i] as number;
  weights.fill(sum / (to - from), from, to);
}
