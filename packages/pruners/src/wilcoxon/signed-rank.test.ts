import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedRankGreater } from './signed-rank.ts';

/** The definition: the share of all choices of signs whose sum of positive ranks is at least the observed one. */
function byEnumeration(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs);
  const rank = (size: number): number =>
    sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2;
  const positive = (signs: readonly number[]): number =>
    signs.reduce((sum, sign, i) => {
      const size = sizes[i] as number;
      return sum + (size === 0 ? rank(0) / 2 : sign > 0 ? rank(size) : 0);
    }, 0);
  const observed = positive(differences);
  let count = 0;
  for (let mask = 0; mask < 2 ** differences.length; mask++) {
    const signs = differences.map((_, i) => ((mask >> i) & 1 ? 1 : -1));
    if (positive(signs) >= observed) count++;
  }
  return count / 2 ** differences.length;
}

describe('signedRankGreater', () => {
  it('is exact for few differences, with ties and zeros', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), (differences) => {
        expect(signedRankGreater(Float64Array.from(differences))).toBeCloseTo(byEnumeration(differences), 12);
      }),
    );
  });

  it.each([
    // scipy.stats.wilcoxon(d, alternative="greater", zero_method="zsplit").pvalue of scipy 1.17.1
    ['50, exact', Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1)), 0.01998417326421187],
    ['60, asymptotic', Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1)), 0.008366535803851717],
    ['20 with ties and zeros, asymptotic', Array.from({ length: 20 }, (_, i) => (i % 7) - 2), 0.04535620868737739],
  ])('%s', (_, differences, p) => {
    expect(signedRankGreater(Float64Array.from(differences))).toBeCloseTo(p, 14);
  });
});
