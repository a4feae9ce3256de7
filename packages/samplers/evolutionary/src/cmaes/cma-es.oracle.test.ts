import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CmaEs } from './cma-es.ts';
import { DiagonalCovariance } from './diagonal-covariance.ts';
import { FullCovariance } from './full-covariance.ts';
import { LearningRates } from './learning-rate.ts';
import { fullStrategy, separableStrategy } from './strategy.ts';

interface Case {
  readonly name: string;
  readonly n: number;
  readonly lambda: number;
  readonly mean: readonly number[];
  readonly sigma: number;
  readonly generations: readonly {
    readonly x: readonly number[];
    readonly state?: {
      readonly mean: readonly number[];
      readonly sigma: number;
      readonly pSigma: readonly number[];
      readonly pC: readonly number[];
      readonly C: readonly number[];
      readonly eta?: readonly number[];
    };
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('./fixtures/cmaes.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-12);
  expect(actual.length, what).toBe(expected.length);
  for (const [i, x] of expected.entries())
    expect(Math.abs((actual[i] as number) - x), `${what}[${i}]`).toBeLessThanOrEqual(1e-9 * scale);
}

describe('CMA-ES equals CyberAgent’s cmaes on the same points', () => {
  it.each(fixture.cases)('$name', ({ name, n, lambda, mean, sigma, generations }) => {
    const separable = name.startsWith('separable');
    const search = new CmaEs(
      separable ? separableStrategy(n, lambda) : fullStrategy(n, lambda),
      separable ? new DiagonalCovariance(n) : new FullCovariance(n),
      Float64Array.from(mean),
      sigma,
      name.startsWith('learning') ? new LearningRates(n) : null,
    );
    const dense = new Float64Array(n * n);
    let compared = 0;
    for (const { x, state } of generations) {
      const steps = Float64Array.from(x, (value, i) => (value - (search.mean[i % n] as number)) / search.sigma);
      search.update(steps, search.strategy);
      if (state === undefined) continue;
      compared++;
      expectClose(search.mean, state.mean, 'mean');
      expectClose([search.sigma], [state.sigma], 'sigma');
      expectClose(search.pSigma, state.pSigma, 'pSigma');
      expectClose(search.pC, state.pC, 'pC');
      search.covariance.dense(dense);
      expectClose(separable ? dense.filter((_, i) => i % (n + 1) === 0) : dense, state.C, 'C');
      if (search.rates !== null)
        expectClose([search.rates.etaMean, search.rates.etaShape], [...(state.eta ?? [])], 'eta');
    }
    expect(compared).toBeGreaterThan(2);
  });
});
