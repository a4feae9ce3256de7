import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cappedTargets,
  constraintTargets,
  halfRankTargets,
  median,
  moderatedVariances,
  scaledVariances,
  standardised,
} from './targets.ts';

const anyValues = fc
  .array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 })
  .map((list) => Float64Array.from(list));
const plainValues = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 })
  .map((list) => Float64Array.from(list));

describe('targets', () => {
  it('are finite for all values, also infinite ones', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        for (const targets of [cappedTargets(values, 3), halfRankTargets(values), constraintTargets(values)]) {
          for (const z of targets.z) expect(Number.isFinite(z)).toBe(true);
          expect(targets.scale).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('are ordered like the values', () => {
    fc.assert(
      fc.property(plainValues, (values) => {
        for (const { z } of [cappedTargets(values, 3), halfRankTargets(values), constraintTargets(values)])
          for (let i = 1; i < z.length; i++) {
            const [y0, y1] = [values[i - 1] as number, values[i] as number];
            if (y0 < y1) expect((z[i] as number) - (z[i - 1] as number)).toBeGreaterThan(-1e-9);
          }
      }),
    );
  });

  it('give the values back, at least those up to the median', () => {
    fc.assert(
      fc.property(plainValues, (values) => {
        const middle = median(values);
        for (const { z, centre, scale } of [standardised(values), cappedTargets(values, 3), halfRankTargets(values)])
          values.forEach((value, i) => {
            if (value <= middle) expect(Math.abs(centre + scale * (z[i] as number) - value)).toBeLessThan(1e-6);
          });
      }),
    );
  });

  it('of a cliff keep the differences on its low side', () => {
    const { z } = cappedTargets(Float64Array.of(1, 2, 3, 4, 1e9, 1e9), 3);
    expect((z[3] as number) - (z[0] as number)).toBeGreaterThan(0.5);
  });

  it('are not capped up to a value', () => {
    const values = Float64Array.of(0, 1, 2, 50, 100, 1_000);
    const { z, centre, scale } = cappedTargets(values, 3, 200);
    const capped = [0, 1, 2, 50, 100, 200];
    capped.forEach((value, i) => {
      expect(centre + scale * (z[i] as number)).toBeCloseTo(value, 9);
    });
  });

  it('of a constraint keep the border', () => {
    fc.assert(
      fc.property(plainValues, (values) => {
        const { z, centre, scale } = constraintTargets(values);
        values.forEach((value, i) => {
          if (value !== 0) expect(Math.sign((z[i] as number) + centre / scale)).toBe(Math.sign(value));
        });
      }),
    );
  });

  it('have noise in their units, with a limit', () => {
    expect([...scaledVariances([null, 0, 3], 2)]).toEqual([0, 0, 2.25]);
    expect([...scaledVariances([1], 1e-300)]).toEqual([1e6]);
    // An error far below the others may be a lucky estimate.
    expect([...moderatedVariances([null, 2, 2], 2)]).toEqual([0, 1, 1]);
    expect([...moderatedVariances([null, 0, 4], 2)]).toEqual([0, 1, 3]);
    expect([...moderatedVariances([1], 1e-300)]).toEqual([1e6]);
  });
});
