import { rngFor } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CmaEs } from './cma-es.ts';
import type { Covariance } from './covariance.ts';
import { DiagonalCovariance } from './diagonal-covariance.ts';
import { FullCovariance } from './full-covariance.ts';
import { defaultPopulationSize, fullStrategy, separableStrategy } from './strategy.ts';

const sizes = fc.integer({ min: 1, max: 12 });

/** A covariance after a few updates with random steps. */
function learned(n: number, seed: number, separable: boolean): CmaEs {
  const rng = rngFor(seed, 0, 'steps');
  const lambda = defaultPopulationSize(n);
  const strategy = separable ? separableStrategy(n, lambda) : fullStrategy(n, lambda);
  const covariance = separable ? new DiagonalCovariance(n) : new FullCovariance(n);
  const search = new CmaEs(strategy, covariance, new Float64Array(n), 0.5);
  const steps = new Float64Array(lambda * n);
  for (let g = 0; g < 6; g++) {
    for (let k = 0; k < steps.length; k++) steps[k] = rng.normal() * (1 + (k % n));
    search.update(steps, strategy);
  }
  return search;
}

function dense(covariance: Covariance): Float64Array {
  const out = new Float64Array(covariance.n ** 2);
  covariance.dense(out);
  return out;
}

function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

describe.each([
  ['full', false],
  ['separable', true],
])('the %s covariance', (_, separable) => {
  it('samples with its covariance, and whitens the samples', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (n, seed) => {
        const { covariance } = learned(n, seed, separable);
        const c = dense(covariance);
        const sum = new Float64Array(n * n);
        const z = new Float64Array(n);
        const y = new Float64Array(n);
        const white = new Float64Array(n);
        for (let k = 0; k < n; k++) {
          z.fill(0)[k] = 1;
          covariance.sample(z, y);
          for (let i = 0; i < n * n; i++)
            sum[i] = (sum[i] as number) + (y[Math.floor(i / n)] as number) * (y[i % n] as number);
          expect(covariance.squaredLength(y, 0)).toBeCloseTo(1, 9);
          covariance.whiten(y, white);
          expect(white.reduce((a, b) => a + b * b, 0)).toBeCloseTo(1, 9);
        }
        expect(largest(sum.map((value, i) => value - (c[i] as number)))).toBeLessThan(1e-12 * largest(c));
        for (let i = 0; i < n; i++) expect(covariance.variance(i)).toBe(c[i * n + i]);
        const [low, high] = covariance.extremes();
        const axis = new Float64Array(n);
        const deviations = Array.from({ length: n }, (_, k) => covariance.axis(k, axis));
        expect([Math.min(...deviations), Math.max(...deviations)]).toEqual([low, high]);
        expect(2 * deviations.reduce((a, b) => a + Math.log(b), 0)).toBeCloseTo(covariance.logDeterminant(), 9);
      }),
      { numRuns: 30 },
    );
  });

  it('scales and clones independently', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (n, seed) => {
        const { covariance } = learned(n, seed, separable);
        const before = dense(covariance);
        const copy = covariance.clone();
        copy.scale(4);
        expect(largest(dense(copy).map((value, k) => value - 4 * (before[k] as number)))).toBeLessThan(1e-12);
        expect(dense(covariance)).toEqual(before);
        covariance.setDense(dense(copy));
        expect(covariance.logDeterminant()).toBeCloseTo(copy.logDeterminant(), 9);
      }),
      { numRuns: 30 },
    );
  });
});
