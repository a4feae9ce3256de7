import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cos, exp, expm1, exponentOf, hypot, log, log1p, log2, log10, pow, powerOfTwo, tan } from './index.ts';

const functions = { exp, expm1, log, log1p, log2, log10, cos, tan } as const;
/** Rows of arguments, the nearest double, and what the true value is above it in units of the last place. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/elementary.json', import.meta.url), 'utf8')) as {
  [name: string]: readonly (readonly number[])[];
};

const bits = new DataView(new ArrayBuffer(8));

/** The position of a number in the order of all doubles. Neighbours differ by 1. */
function rank(x: number): bigint {
  bits.setFloat64(0, x);
  const magnitude = bits.getBigInt64(0) & 0x7fffffffffffffffn;
  return x < 0 ? -magnitude : magnitude;
}

/** How many doubles away from each other two numbers are. */
const steps = (a: number, b: number) => (Object.is(a, b) ? 0 : Number(rank(a) - rank(b)));

const special = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  0.5,
  -0.5,
  1e300,
  -1e300,
  1e-300,
  -1e-300,
];
const extreme = [
  5e-324,
  -5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  4294967297,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  1.5,
];
const angle = fc.double({ min: -(2 ** 20), max: 2 ** 20, noNaN: true });
const any = fc.double();

/** A checksum of the bits of f at 5,000 numbers from 0 to about 7. */
function checksum(f: (x: number) => number): number {
  const words = new Uint32Array(Float64Array.from({ length: 5000 }, (_, i) => f((i + 0.5) / 700)).buffer);
  return words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0, 0x811c9dc5);
}

describe.each(Object.entries(functions))('%s', (name, f) => {
  it('is less than 1 unit in the last place from the true value', () => {
    const cases = fixture[name] ?? [];
    expect(cases.length).toBeGreaterThan(100);
    expect(cases.filter(([x = 0, nearest = 0, rest = 0]) => !(Math.abs(steps(f(x), nearest) - rest) < 1))).toEqual([]);
  });

  it('has the special values of Math', () => {
    const isAngle = f === cos || f === tan;
    const values = [...special, ...extreme].filter((x) => !isAngle || Math.abs(x) <= 2 ** 20 || !Number.isFinite(x));
    for (const x of values) {
      const expected = Math[name as 'exp'](x);
      const hasLimit = !Number.isFinite(expected) || expected === 0 || x === 0;
      if (hasLimit) expect(f(x), `${name}(${x})`).toBe(expected);
      else expect(Math.abs(steps(f(x), expected)), `${name}(${x})`).toBeLessThanOrEqual(2);
    }
  });

  it('is within 2 doubles of Math', () => {
    fc.assert(
      fc.property(f === cos || f === tan ? angle : any, (x) => {
        expect(Math.abs(steps(f(x), Math[name as 'exp'](x)))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('pow', () => {
  it('is less than 1 unit in the last place from the true value', () => {
    const cases = fixture['pow'] ?? [];
    expect(cases.length).toBeGreaterThan(100);
    const wrong = cases.filter(
      ([x = 0, y = 0, nearest = 0, rest = 0]) => !(Math.abs(steps(pow(x, y), nearest) - rest) < 1),
    );
    expect(wrong).toEqual([]);
  });

  it('has the special values of Math', () => {
    const values = [...special, ...extreme, 1 - 2 ** -53, 1 + 2 ** -52];
    for (const x of values)
      for (const y of values) {
        const expected = x ** y;
        const isExact = !Number.isFinite(expected) || expected === 0 || Math.abs(expected) === 1;
        if (isExact) expect(pow(x, y), `${x} ** ${y}`).toBe(expected);
        else expect(Math.abs(steps(pow(x, y), expected)), `${x} ** ${y}`).toBeLessThanOrEqual(2);
      }
  });

  it('is within 2 doubles of Math', () => {
    const base = fc.oneof(any, fc.double({ min: 0, max: 10, noNaN: true }));
    const exponent = fc.oneof(any, fc.double({ min: -20, max: 20, noNaN: true }), fc.integer({ min: -40, max: 40 }));
    const property = fc.property(base, exponent, (x, y) => {
      expect(Math.abs(steps(pow(x, y), x ** y))).toBeLessThanOrEqual(2);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  it('is exact for powers of integers that are doubles', () => {
    for (let x = 2; x <= 12; x++)
      for (let y = 2, exact = BigInt(x) ** 2n; exact <= 2n ** 53n; y++, exact *= BigInt(x))
        expect(pow(x, y), `${x} ** ${y}`).toBe(Number(exact));
    for (let k = -1074; k <= 1023; k++) expect(pow(2, k)).toBe(powerOfTwo(k));
  });
});

describe('powers of two', () => {
  it('are exact, and 0 or Infinity outside the range', () => {
    let power = 1;
    for (let k = 0; k <= 1023; k++, power *= 2) {
      expect(powerOfTwo(k)).toBe(power);
      if (k <= 1022) expect(powerOfTwo(-k)).toBe(1 / power);
    }
    expect([powerOfTwo(-1074), powerOfTwo(-1075), powerOfTwo(1024)]).toEqual([5e-324, 0, Infinity]);
  });

  it('enclose a number', () => {
    const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(positive, (x) => {
        const k = exponentOf(x);
        expect(powerOfTwo(k)).toBeLessThanOrEqual(x);
        expect(powerOfTwo(k + 1)).toBeGreaterThan(x);
      }),
      { numRuns: 1000 },
    );
  });

  it('have exact logarithms', () => {
    for (let k = -1074; k <= 1023; k++) expect(log2(powerOfTwo(k))).toBe(k);
    for (let k = 0; k <= 22; k++) expect(log10(pow(10, k))).toBe(k);
  });
});

describe('hypot', () => {
  it('has the special values of Math', () => {
    for (const values of [[], [-0], [Number.NaN, Infinity], [Number.NaN, 1], [-Infinity], [5e-324], [3, -4]])
      expect(hypot(values), String(values)).toBe(Math.hypot(...values));
  });

  it('is within 2 doubles of Math, without overflow or underflow', () => {
    const size = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(size, size, (a, b) => {
        expect(Math.abs(steps(hypot([a, b]), Math.hypot(a, b)))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });
});

it('refuses an angle that the reduction does not cover', () => {
  expect(() => cos(2 ** 20 + 1)).toThrow(new RangeError('an angle must be at most 2^20, not 1048577'));
  expect(() => tan(-1e300)).toThrow(RangeError);
});

it('gives these bits in every engine', () => {
  const all = { ...functions, pow: (x: number) => pow(x, 1.7), hypot: (x: number) => hypot([x, 1]) };
  expect(Object.fromEntries(Object.entries(all).map(([name, f]) => [name, checksum(f)]))).toMatchInlineSnapshot(`
    {
      "cos": 1068982158,
      "exp": 2651397565,
      "expm1": 4201119957,
      "hypot": 3132262214,
      "log": 770780883,
      "log10": 4116143207,
      "log1p": 3219079859,
      "log2": 195256680,
      "pow": 2339206340,
      "tan": 1597603218,
    }
  `);
});
