import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logExpectedImprovement } from './log-expected-improvement.ts';

/** z, log h(z), Φ/h, φ/h. */
const { improvements } = JSON.parse(
  readFileSync(new URL('fixtures/gaussian-process.json', import.meta.url), 'utf8'),
) as { readonly improvements: readonly (readonly [number, number, number, number])[] };

describe('logExpectedImprovement', () => {
  it('equals results computed with 900 digits, from 40 deviations above to a million below', () => {
    const derivatives = new Float64Array(2);
    expect(improvements.length).toBeGreaterThan(80);
    for (const [z, logH, cdfShare, densityShare] of improvements) {
      const value = logExpectedImprovement(-z, 1, 0, derivatives);
      expect(Math.abs(value - logH), `z = ${z}`).toBeLessThan(1e-13 * Math.max(1, Math.abs(logH)));
      expect(Math.abs((derivatives[0] as number) / -cdfShare - 1), `z = ${z}`).toBeLessThan(2e-13);
      expect(Math.abs((derivatives[1] as number) - densityShare), `z = ${z}`).toBeLessThanOrEqual(2e-13 * densityShare);
    }
  });

  it('scales with the unit of the values', () => {
    const real = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(real, real, fc.double({ min: 0.01, max: 100, noNaN: true }), (mean, incumbent, sigma) => {
        const value = logExpectedImprovement(mean, sigma, incumbent);
        const unscaled = logExpectedImprovement(mean / sigma, 1, incumbent / sigma) + Math.log(sigma);
        expect(Math.abs(value - unscaled)).toBeLessThan(1e-11 * Math.max(1, Math.abs(value)));
      }),
    );
  });

  it('has derivatives that equal central differences, and does not increase with the mean', () => {
    const z = fc.oneof(
      fc.double({ min: -45, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 6, noNaN: true }).map((e) => -(10 ** e)),
    );
    fc.assert(
      fc.property(z, fc.double({ min: 0.05, max: 20, noNaN: true }), (z, sigma) => {
        const mean = -z * sigma;
        const derivatives = new Float64Array(2);
        logExpectedImprovement(mean, sigma, 0, derivatives);
        const h = 1e-6 * sigma * Math.max(1, Math.abs(z));
        const k = 1e-6 * sigma;
        const byMean =
          (logExpectedImprovement(mean + h, sigma, 0) - logExpectedImprovement(mean - h, sigma, 0)) / (2 * h);
        const bySigma =
          (logExpectedImprovement(mean, sigma + k, 0) - logExpectedImprovement(mean, sigma - k, 0)) / (2 * k);
        expect(derivatives[0]).toBeLessThanOrEqual(0);
        expect(Math.abs((derivatives[0] as number) - byMean)).toBeLessThan(
          1e-5 * Math.max(Math.abs(byMean), 1 / sigma),
        );
        expect(Math.abs((derivatives[1] as number) - bySigma)).toBeLessThan(
          1e-5 * Math.max(Math.abs(bySigma), 1 / sigma),
        );
      }),
    );
  });

  it('stays finite far from the incumbent and with tiny deviations', () => {
    const derivatives = new Float64Array(2);
    for (const [mean, sigma] of [
      [1e6, 1],
      [1e100, 1],
      [1, 1e-12],
      [-1, 1e-12],
      [0, 1e-12],
      [-1e100, 1],
    ] as const) {
      expect(Number.isFinite(logExpectedImprovement(mean, sigma, 0, derivatives))).toBe(true);
      expect(derivatives.every(Number.isFinite)).toBe(true);
    }
    expect(logExpectedImprovement(Number.NaN, 1, 0)).toBeNaN();
  });
});
