import { rngFor } from '@asktell/core';
import {
  CmaEs,
  DiagonalCovariance,
  defaultPopulationSize,
  FullCovariance,
  fullStrategy,
  separableStrategy,
} from '@asktell/sampler-evolutionary';

/** A measurement of the optimizer without a study. */
export interface OptimizerTask {
  readonly kind: 'optimizer';
  readonly dimensions: number;
  readonly separable: boolean;
  readonly candidates: number;
  readonly runs: number;
}

/**
 * Measures the microseconds of ask and tell per candidate, for each run. The JIT is cold in the first run. Objective values
 * are random numbers, so the time consists of normal draws, sampling, ranking, and one update per generation.
 */
export function measureOptimizer({ dimensions, separable, candidates, runs }: OptimizerTask): number[] {
  return Array.from({ length: runs }, (_, seed) => once(dimensions, separable, candidates, seed));
}

function once(n: number, separable: boolean, candidates: number, seed: number): number {
  const lambda = defaultPopulationSize(n);
  const strategy = separable ? separableStrategy(n, lambda) : fullStrategy(n, lambda);
  const covariance = separable ? new DiagonalCovariance(n) : new FullCovariance(n);
  const search = new CmaEs(strategy, covariance, new Float64Array(n), 1);
  const rng = rngFor(seed, 0, 'optimizer');
  const z = new Float64Array(n);
  const points = new Float64Array(lambda * n);
  const steps = new Float64Array(lambda * n);
  const values = new Float64Array(lambda);
  const generations = Math.ceil(candidates / lambda);
  const started = performance.now();
  for (let generation = 0; generation < generations; generation++) {
    for (let k = 0; k < lambda; k++) {
      for (let i = 0; i < n; i++) z[i] = rng.normal();
      const x = points.subarray(k * n, (k + 1) * n);
      search.sampleStep(z, x);
      for (let i = 0; i < n; i++) x[i] = (search.mean[i] as number) + search.sigma * (x[i] as number);
      values[k] = rng.float();
    }
    const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
    for (const [rank, k] of order.entries()) {
      for (let i = 0; i < n; i++)
        steps[rank * n + i] = ((points[k * n + i] as number) - (search.mean[i] as number)) / search.sigma;
    }
    search.update(steps, strategy);
  }
  return ((performance.now() - started) * 1000) / (generations * lambda);
}
