import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { meanAndError } from './mean-and-error.ts';

describe('meanAndError', () => {
  it('is the mean and its standard error', () => {
    const { mean, sem } = meanAndError([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    expect(sem).toBeCloseTo(Math.sqrt(32 / 7 / 8), 14);
  });

  it('has no standard error for fewer than two measurements, and for infinite ones', () => {
    expect(meanAndError([])).toEqual({ mean: Number.NaN, sem: null });
    expect(meanAndError([3])).toEqual({ mean: 3, sem: null });
    expect(meanAndError([1, Number.POSITIVE_INFINITY])).toEqual({ mean: Number.POSITIVE_INFINITY, sem: null });
    expect(meanAndError([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]).mean).toBeNaN();
  });

  it('does not overflow', () => {
    const most = Number.MAX_VALUE;
    expect(meanAndError([most, most])).toEqual({ mean: most, sem: 0 });
    expect(meanAndError([most, -most])).toEqual({ mean: 0, sem: null });
  });

  test.prop([fc.double({ min: -1e300, max: 1e300, noNaN: true }), fc.integer({ min: 2, max: 9 })])(
    'equal values are their mean exactly, without an error',
    (value, count) => {
      expect(meanAndError(Array<number>(count).fill(value + 0))).toEqual({ mean: value + 0, sem: 0 });
    },
  );

  test.prop([fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 20 })])(
    'the mean is between the least and the largest value, and moves with them',
    (values) => {
      const { mean, sem } = meanAndError(values);
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      const moved = meanAndError(values.map((value) => value + 1000));
      expect(Math.abs(moved.mean - mean - 1000)).toBeLessThan(1e-8);
      expect(Math.abs((moved.sem as number) - (sem as number))).toBeLessThan(1e-8);
    },
  );
});
