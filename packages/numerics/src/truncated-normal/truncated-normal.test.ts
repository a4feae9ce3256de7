import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logNormalCdf } from '../special/log-normal-cdf.ts';
import { truncatedNormalLogDensity } from './log-density.ts';
import { logNormalMass } from './log-mass.ts';
import { truncatedNormalQuantile } from './quantile.ts';

type Plain = number | 'inf' | '-inf';
const read = (x: Plain): number => (x === 'inf' ? Infinity : x === '-inf' ? -Infinity : x);
const rows = (
  JSON.parse(
    readFileSync(new URL('fixtures/truncated-normal.json', import.meta.url), 'utf8'),
  ) as readonly (readonly Plain[])[]
).map((row) => row.map(read) as [number, number, number, number, number, number, number]);

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const end = fc.oneof(real(-6, 6), real(-1e3, 1e3), fc.constantFrom(-Infinity, Infinity, 0, 1e-300, 1e300, -1e300));
const interval = fc
  .oneof(
    fc.tuple(end, end),
    fc.tuple(real(-50, 50), real(0, 1e-6)).map(([a, w]) => [a, a + w] as const),
  )
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)));
const share = fc.oneof(real(0, 1), fc.constantFrom(0, 1, 2 ** -53, 1 - 2 ** -53, 5e-324));

describe('the truncated normal', () => {
  it('equals results computed with 120 digits', () => {
    expect(rows.length).toBeGreaterThan(350);
    for (const [a, b, logMass, x, logDensity, u, quantile] of rows) {
      const mass = logNormalMass(a, b);
      expect(
        mass === logMass ? 0 : Math.abs(mass / logMass - 1),
        `log-mass of [${a}, ${b}]: ${mass}, exactly ${logMass}`,
      ).toBeLessThan(1e-14);
      const density = truncatedNormalLogDensity(x, a, b);
      const allowed = 1e-14 * Math.max(1, Math.abs(logDensity));
      expect(
        Math.abs(density - logDensity),
        `log-density at ${x} in [${a}, ${b}]: ${density}, exactly ${logDensity}`,
      ).toBeLessThan(allowed);
      const q = truncatedNormalQuantile(u, a, b);
      const scale = Math.max(Math.abs(quantile), Math.min(1, b - a));
      expect(Math.abs(q - quantile) / scale, `quantile ${u} of [${a}, ${b}]: ${q}, exactly ${quantile}`).toBeLessThan(
        1e-14,
      );
    }
  });

  it('has symmetric and additive log-masses', () => {
    fc.assert(
      fc.property(interval, real(0, 1), ([a, b], t) => {
        const mass = logNormalMass(a, b);
        expect(logNormalMass(-b, -a)).toBe(mass);
        expect(mass).toBeLessThanOrEqual(0);
        const middle = a + t * (b - a);
        if (!Number.isFinite(middle) || middle <= a || middle >= b || mass < -1e290) return;
        const [left, right] = [logNormalMass(a, middle), logNormalMass(middle, b)];
        const max = Math.max(left, right);
        const sum = max + Math.log1p(Math.exp(Math.min(left, right) - max));
        expect(Math.abs(sum - mass)).toBeLessThan(1e-13 * Math.max(1, Math.abs(mass)));
      }),
    );
  });

  it('has the log-mass log Φ on half-lines', () => {
    fc.assert(
      fc.property(real(-1e4, 1e4), (x) => {
        const [mass, expected] = [logNormalMass(-Infinity, x), logNormalCdf(x)];
        expect(Math.abs(mass - expected)).toBeLessThanOrEqual(4e-15 * Math.abs(expected));
      }),
    );
  });

  it('has quantiles that lie in the interval, are monotone and symmetric', () => {
    fc.assert(
      fc.property(interval, share, share, ([a, b], u, v) => {
        const [low, high] = [Math.min(u, v), Math.max(u, v)];
        const [x, y] = [truncatedNormalQuantile(low, a, b), truncatedNormalQuantile(high, a, b)];
        for (const z of [x, y]) expect(z >= a && z <= b, `${z} in [${a}, ${b}]`).toBe(true);
        const slack = 1e-14 * Math.max(Math.abs(x), Math.min(1, b - a));
        expect(x === y || x - y <= slack, `${x} <= ${y}`).toBe(true);
        // 1 − u is exact for multiples of 2^−53.
        const exact = Math.round(u * 2 ** 53) / 2 ** 53;
        const mirrored = -truncatedNormalQuantile(1 - exact, -b, -a);
        const straight = truncatedNormalQuantile(exact, a, b);
        const near = 1e-14 * Math.max(Math.abs(straight), Math.min(1, b - a));
        expect(mirrored === straight || Math.abs(mirrored - straight) <= near, `${mirrored} = ${straight}`).toBe(true);
      }),
    );
  });

  it('has quantiles with mass u below them', () => {
    fc.assert(
      fc.property(real(-30, 30), real(1e-8, 20), real(0.001, 0.999), (a, width, u) => {
        const b = a + width;
        const x = truncatedNormalQuantile(u, a, b);
        const below = Math.exp(logNormalMass(a, x) - logNormalMass(a, b));
        // A rounding error of x changes the mass in proportion to the density.
        const slope = Math.exp(truncatedNormalLogDensity(x, a, b));
        expect(Math.abs(below - u)).toBeLessThan(2e-12 + 4e-16 * slope * Math.max(1, Math.abs(x)));
      }),
    );
  });

  it('has a density that integrates to 1', () => {
    fc.assert(
      fc.property(real(-30, 30), real(1e-6, 3), (a, width) => {
        const b = a + width;
        let sum = 0;
        const n = 2000;
        for (let i = 0; i < n; i++) sum += Math.exp(truncatedNormalLogDensity(a + ((i + 0.5) * width) / n, a, b));
        // The error of the midpoint rule is (width f'/f)²/24n².
        expect(Math.abs((sum * width) / n - 1)).toBeLessThan(1e-8 + ((33 * width) / n) ** 2);
      }),
      { numRuns: 30 },
    );
  });

  it('handles limits and invalid arguments', () => {
    expect(logNormalMass(-Infinity, Infinity)).toBe(0);
    expect([logNormalMass(1, 1), logNormalMass(2, 1), logNormalMass(Number.NaN, 1)]).toEqual([
      -Infinity,
      Number.NaN,
      Number.NaN,
    ]);
    expect(truncatedNormalLogDensity(2, 0, 1)).toBe(-Infinity);
    expect([truncatedNormalLogDensity(1, 1, 1), truncatedNormalLogDensity(0, 1, 1)]).toEqual([Infinity, -Infinity]);
    expect([truncatedNormalLogDensity(0, 1, -1), truncatedNormalLogDensity(Number.NaN, 0, 1)]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
    expect(truncatedNormalQuantile(0.3, 2, 2)).toBe(2);
    expect([truncatedNormalQuantile(0, -Infinity, 1), truncatedNormalQuantile(1, -1, Infinity)]).toEqual([
      -Infinity,
      Infinity,
    ]);
    // Squares overflow, or products underflow.
    expect([truncatedNormalQuantile(0.5, 1e155, 1e156), truncatedNormalQuantile(0.999, 1e200, Infinity)]).toEqual([
      1e155, 1e200,
    ]);
    expect(truncatedNormalQuantile(0.001, -Infinity, -1e300)).toBe(-1e300);
    expect(truncatedNormalQuantile(0.001, -1e160, -1e159)).toBe(-1e159);
    expect(logNormalMass(0, 5e-324)).toBeCloseTo(Math.log(5e-324) - 0.5 * Math.log(2 * Math.PI), 10);
    for (const [u, a, b] of [
      [-0.1, 0, 1],
      [1.1, 0, 1],
      [0.5, 1, 0],
      [Number.NaN, 0, 1],
    ] as const) {
      expect(truncatedNormalQuantile(u, a, b)).toBeNaN();
    }
  });
});
