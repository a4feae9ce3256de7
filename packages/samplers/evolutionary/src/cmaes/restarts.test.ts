import { rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { Restarts } from './restarts.ts';

describe('restarts', () => {
  it('IPOP doubles the population', () => {
    const restarts = new Restarts('ipop', 8);
    const rng = rngFor(1, 0, 'restarts');
    expect([1, 2, 3].map(() => restarts.next(100, rng).lambda)).toEqual([16, 32, 64]);
  });

  it('BIPOP balances the results of both regimes', () => {
    const restarts = new Restarts('bipop', 8);
    const rng = rngFor(1, 0, 'restarts');
    let run = restarts.next(500, rng);
    expect(run).toEqual({ lambda: 16, sigmaFactor: 1, budget: Number.POSITIVE_INFINITY });
    const work = { large: 0, small: 0 };
    for (let k = 0; k < 200; k++) {
      const small = restarts.isSmall;
      const results = Math.min(run.lambda * 60, Math.ceil(run.budget));
      work[small ? 'small' : 'large'] += results;
      if (small) {
        expect(run.lambda).toBeGreaterThanOrEqual(8);
        expect(run.lambda).toBeLessThanOrEqual(restarts.largeLambda / 2);
        expect(run.sigmaFactor >= 0.01 && run.sigmaFactor <= 1).toBe(true);
      }
      run = restarts.next(results, rng);
      if (restarts.largeLambda > 500) break;
    }
    expect(work.small).toBeGreaterThan(0.5 * work.large);
    expect(work.small).toBeLessThan(2 * work.large);
  });
});
