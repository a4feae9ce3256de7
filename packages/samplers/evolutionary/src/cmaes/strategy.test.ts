import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPopulationSize, fullStrategy, separableStrategy } from './strategy.ts';

describe('strategy parameters', () => {
  it('satisfy the conditions of the tutorial for any dimension and population', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 500 }), (n, lambda) => {
        for (const s of [fullStrategy(n, lambda), separableStrategy(n, lambda)]) {
          const sum = s.recombination.reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(1, 12);
          for (let i = 1; i < lambda; i++)
            expect(s.weights[i] as number).toBeLessThanOrEqual((s.weights[i - 1] as number) + 1e-15);
          expect(s.muEff).toBeGreaterThanOrEqual(1 - 1e-12);
          expect(s.muEff).toBeLessThanOrEqual((lambda >> 1) + 1e-9);
          for (const rate of [s.c1, s.cSigma, s.cC]) expect(rate > 0 && rate <= 1).toBe(true);
          expect(s.cMu).toBeGreaterThanOrEqual(0);
          expect(s.c1 + s.cMu).toBeLessThanOrEqual(1);
          // The covariance stays positive if the weight of the old one exceeds n times the negative weights.
          const kept = 1 - s.c1 - s.cMu * s.weights.reduce((a, b) => a + b, 0);
          const negative = s.weights.reduce((a, b) => a - Math.min(b, 0), 0);
          expect(kept - s.cMu * n * negative).toBeGreaterThan(-1e-9);
        }
      }),
    );
  });

  it('have a population size of 4 + ⌊3 ln d⌋', () => {
    expect([0, 1, 2, 5, 10, 20, 40, 200].map(defaultPopulationSize)).toEqual([4, 4, 6, 8, 10, 12, 15, 19]);
  });
});
