import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from './standard-normal.ts';

const fixture = JSON.parse(readFileSync(new URL('./fixtures/normal.json', import.meta.url), 'utf8')) as {
  readonly cdf: readonly [number, number][];
  readonly quantile: readonly [number, number][];
};

describe('the standard normal distribution', () => {
  it('is scipy’s, relative errors below 1e-13 also in the tail', () => {
    for (const [x, p] of fixture.cdf) expect(Math.abs(normalCdf(x) / p - 1), `Φ(${x})`).toBeLessThan(2e-13);
    for (const [p, x] of fixture.quantile)
      expect(Math.abs(normalQuantile(p) - x), `Φ⁻¹(${p})`).toBeLessThan(1e-13 * Math.max(1, Math.abs(x)));
  });

  it('has symmetric halves, grows, and is undone by its quantile', () => {
    const numbers = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 14);
        expect(normalCdf(Math.min(a, b))).toBeLessThanOrEqual(normalCdf(Math.max(a, b)) * (1 + 1e-14));
        if (a < 0) expect(Math.abs(normalQuantile(normalCdf(a)) - a)).toBeLessThan(1e-12 * Math.max(1, Math.abs(a)));
      }),
    );
  });

  it('knows its ends', () => {
    expect([0, 1, 0.5].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
    expect([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map(normalCdf)).toEqual([0, 1]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});
