import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erf } from './erf.ts';
import { erfc } from './erfc.ts';
import { erfcx } from './erfcx.ts';
import { logNormalCdf } from './log-normal-cdf.ts';
import { logNormalCdfSlope } from './log-normal-cdf-slope.ts';
import { normalCdf } from './normal-cdf.ts';
import { normalQuantile, normalQuantileFromLog } from './normal-quantile.ts';

type Plain = number | 'inf' | '-inf';
const read = (x: Plain): number => (x === 'inf' ? Infinity : x === '-inf' ? -Infinity : x);
const functions = {
  erf,
  erfc,
  erfcx,
  normalCdf,
  logNormalCdf,
  logNormalCdfSlope,
  normalQuantile,
  normalQuantileFromLog,
};
const fixture = JSON.parse(readFileSync(new URL('fixtures/special.json', import.meta.url), 'utf8')) as {
  [name: string]: readonly (readonly [number, Plain])[];
};

/** |actual/expected − 1|. Subnormal numbers have fewer digits, so one subnormal step counts as equal. */
function relativeError(actual: number, expected: number): number {
  if (actual === expected || Math.abs(actual - expected) <= 5e-324) return 0;
  return Math.abs(expected) < 2.3e-308 ? Math.abs(actual - expected) / 2.3e-308 : Math.abs(actual / expected - 1);
}

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

describe.each(Object.entries(functions))('%s', (name, f) => {
  const cases = fixture[name] ?? [];

  it('equals the result computed with 80 digits to 2e-15', () => {
    expect(cases.length).toBeGreaterThan(100);
    for (const [x, plain] of cases) {
      const expected = read(plain);
      const error = relativeError(f(x), expected);
      expect(error, `${name}(${x}) = ${f(x)}, exactly ${expected}`).toBeLessThan(2e-15);
    }
  });

  it('returns NaN for NaN', () => {
    expect(f(Number.NaN)).toBeNaN();
  });
});

describe('laws of the special functions', () => {
  it('erf is odd, erf + erfc = 1, erfc(x) = exp(−x²) erfcx(x)', () => {
    fc.assert(
      fc.property(real(-25, 25), (x) => {
        expect(erf(-x)).toBe(-erf(x));
        expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThan(3e-16);
        expect(relativeError(erfc(x), Math.exp(-x * x) * erfcx(x))).toBeLessThan(3e-13);
      }),
    );
  });

  it('Φ and log Φ agree and are symmetric', () => {
    fc.assert(
      fc.property(real(-37, 37), (x) => {
        expect(Math.abs(normalCdf(x) + normalCdf(-x) - 1)).toBeLessThan(3e-16);
        expect(relativeError(Math.exp(logNormalCdf(x)), normalCdf(x))).toBeLessThan(3e-13);
      }),
    );
  });

  it('the slope of log Φ is its derivative', () => {
    fc.assert(
      fc.property(real(-37, 5), (x) => {
        const h = 1e-5 * Math.max(1, Math.abs(x));
        const difference = (logNormalCdf(x + h) - logNormalCdf(x - h)) / (2 * h);
        expect(Math.abs(logNormalCdfSlope(x) - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(x)));
      }),
    );
    expect([-Infinity, Infinity, 40].map(logNormalCdfSlope)).toEqual([Infinity, 0, 0]);
  });

  it('reach their limits for large arguments', () => {
    const far = fc.tuple(real(1, 10), fc.integer({ min: 4, max: 307 })).map(([m, e]) => m * 10 ** e);
    fc.assert(
      fc.property(far, (x) => {
        expect([erfc(x), erfc(-x), normalCdf(-x), normalCdf(x)]).toEqual([0, 2, 0, 1]);
        expect([erfcx(-x), erf(x)]).toEqual([Infinity, 1]);
      }),
    );
  });

  it('are monotone up to rounding', () => {
    const rising = { erf, normalCdf, logNormalCdf };
    fc.assert(
      fc.property(real(-37, 37), real(-37, 37), (x, y) => {
        const [low, high] = x < y ? [x, y] : [y, x];
        for (const f of Object.values(rising)) expect(f(low) <= f(high) + 2e-15 * Math.abs(f(high))).toBe(true);
        for (const f of [erfc, erfcx]) expect(f(low) >= f(high) * (1 - 2e-15)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(real(0, 1), real(0, 1), (p, q) => {
        const [low, high] = [normalQuantile(Math.min(p, q)), normalQuantile(Math.max(p, q))];
        // Both ends are infinite, so the tolerance would be NaN or infinite.
        expect(low <= high || low <= high + 2e-15 * Math.abs(high)).toBe(true);
      }),
      {
        examples: [
          [0, 0],
          [1, 1],
          [0, 1],
        ],
      },
    );
  });

  it('the quantile inverts Φ and is odd around ½', () => {
    fc.assert(
      fc.property(real(-37, 0), (x) => {
        // Φ amplifies an error of x by x² + 1.
        expect(relativeError(normalCdf(normalQuantile(normalCdf(x))), normalCdf(x))).toBeLessThan(2e-15 * (1 + x * x));
      }),
    );
    fc.assert(
      fc.property(real(2 ** -50, 0.5), (p) => {
        const upper = 1 - p;
        expect(normalQuantile(upper)).toBe(0 - normalQuantile(1 - upper));
      }),
    );
  });

  it('the quantile from a log-probability inverts log Φ from −1e150 to 8', () => {
    const x = fc.oneof(
      real(-60, 8),
      fc.tuple(real(0, 150)).map(([e]) => -(10 ** e)),
    );
    fc.assert(
      fc.property(x, (x) => {
        const y = logNormalCdf(x);
        expect(relativeError(logNormalCdf(normalQuantileFromLog(y)), y)).toBeLessThan(x > 1 ? 1e-13 : 1e-14);
      }),
    );
  });

  it('have exact limits', () => {
    expect([erf(0), erf(Infinity), erf(-Infinity)]).toEqual([0, 1, -1]);
    expect([erfc(0), erfc(Infinity), erfc(-Infinity), erfc(28)]).toEqual([1, 0, 2, 0]);
    expect([erfcx(0), erfcx(Infinity), erfcx(-Infinity), erfcx(-27)]).toEqual([1, 0, Infinity, Infinity]);
    expect([normalCdf(0), normalCdf(Infinity), normalCdf(-Infinity), normalCdf(-1e200)]).toEqual([0.5, 1, 0, 0]);
    expect([logNormalCdf(Infinity) + 0, logNormalCdf(-Infinity), logNormalCdf(-1e200)]).toEqual([
      0,
      -Infinity,
      -Infinity,
    ]);
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
    expect([-0.1, 1.1].map(normalQuantile)).toEqual([Number.NaN, Number.NaN]);
    expect([-Infinity, 0, -0, 1e-300].map(normalQuantileFromLog)).toEqual([-Infinity, Infinity, Infinity, Number.NaN]);
  });
});
