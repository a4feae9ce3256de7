import { refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AsktellError } from '../errors.ts';
import { cardinality, containsInternal, nthInternal } from './convert.ts';
import { categorical, checkDistribution, float, int } from './validate.ts';

/** Invalid calls, each with words that its message must contain: the value and the cure. */
const badFloats: readonly (readonly [make: () => unknown, ...words: string[]])[] = [
  [() => float(1, 0), 'low 1', 'high 0', 'Swap'],
  [() => float(Number.NaN, 1), 'low', 'finite', 'NaN'],
  [() => float(0, Number.NaN), 'high', 'finite', 'NaN'],
  [() => float(Number.NEGATIVE_INFINITY, 1), 'low', 'finite', '-Infinity'],
  [() => float(0, Number.POSITIVE_INFINITY), 'high', 'finite', 'Infinity'],
  [() => float('0' as never, 1), 'low', '"0"'],
  [() => float(0, undefined as never), 'high', 'undefined'],
  [() => float(-1.5e308, 1.5e308), '-1.5e+308', '1.5e+308', 'Narrow'],
  [() => float(0, 1, { log: true }), 'low > 0', 'not 0'],
  [() => float(-1, 1, { log: true }), 'low > 0', 'not -1'],
  [() => float(1, 2, { log: true, step: 0.5 }), 'log and step (0.5)', 'Drop one'],
  [() => float(0, 1, { step: 0 }), 'step', 'above 0', 'not 0'],
  [() => float(0, 1, { step: -0.1 }), 'step', 'above 0', '-0.1'],
  [() => float(0, 1, { step: Number.NaN }), 'step', 'NaN'],
  [() => float(0, 1, { step: Number.POSITIVE_INFINITY }), 'step', 'Infinity'],
  [() => float(0, 1, { step: '1' as never }), 'step', '"1"'],
  [() => float(0, 1, { step: 5e-324 }), 'from 0 to 1', 'step 5e-324 is too small', 'larger step'],
  [() => float(0, 1e300, { step: 1e-300 }), '1e+300', 'step 1e-300 is too small'],
  [() => checkDistribution({ kind: 'float', low: 0, high: 1, log: false, step: 1e-309 }), 'step 1e-309 is too small'],
  [() => float(0, 1, { log: 1 as never }), 'log', 'true or false', '1'],
  [() => float(0, 1, { lgo: true } as never), '"lgo"', 'log and step'],
  [() => float(0, 1, 0.1 as never), 'options', '{ log: true }', '0.1'],
  [() => float(0, 1, [0.1] as never), 'options', '[0.1]'],
  [() => float(0, 1, null as never), 'options', 'null'],
];

const badInts: typeof badFloats = [
  [() => int(5, 4), 'low 5', 'high 4', 'Swap'],
  [() => int(0.5, 4), 'low', 'whole number', '0.5'],
  [() => int(0, 4.5), 'high', 'whole number', '4.5'],
  [() => int(Number.NaN, 4), 'low', 'NaN'],
  [() => int(0, Number.POSITIVE_INFINITY), 'high', 'Infinity'],
  [() => int(0, 2 ** 53), 'high', '2^53 - 1', '9007199254740992'],
  [() => int(-(2 ** 53), 0), 'low', '2^53 - 1', '-9007199254740992'],
  [() => int(-(2 ** 53) + 1, 2 ** 53 - 1), '2^53 numbers', 'Narrow'],
  [() => int(0, 5, { step: 0 }), 'step', 'above 0', 'not 0'],
  [() => int(0, 5, { step: -2 }), 'step', '-2'],
  [() => int(0, 5, { step: 1.5 }), 'step', 'whole number', '1.5'],
  [() => int(0, 5, { log: true }), 'low >= 1', 'not 0'],
  [() => int(1, 5, { log: true, step: 2 }), 'log and step (2)', 'Drop one'],
  [() => int(3n as never, 5), 'low', '3n'],
];

const badChoices: typeof badFloats = [
  [() => categorical([]), 'empty', 'at least one value'],
  [() => categorical('ab' as never), 'array', '"ab"'],
  [() => categorical(undefined as never), 'array', 'undefined'],
  [() => categorical(['a', 'b', 'a']), '"a"', 'twice', 'differ'],
  [() => categorical([0, -0]), 'twice'],
  [() => categorical([Number.NaN, Number.NaN]), 'NaN', 'twice'],
  [() => categorical([{ units: 3 }] as never), '{"units":3}', 'Use a name'],
  [() => categorical([[1, 2]] as never), '[1,2]', 'Use a name'],
  [() => categorical([undefined] as never), 'undefined'],
  [() => categorical([Math.max] as never), 'function max'],
  [() => categorical([1n] as never), '1n'],
];

describe('invalid distributions are rejected with the value and the cure', () => {
  it.each([...badFloats, ...badInts, ...badChoices])('%s', async (...row) => {
    const [make, ...words] = row as unknown as (typeof badFloats)[0];
    const error: AsktellError = await refused('invalid-distribution', make);
    for (const word of words) expect(error.message).toContain(word);
  });
});

describe('float, int and categorical', () => {
  it('return plain, normalized data', () => {
    expect(float(-0, 1)).toEqual({ kind: 'float', low: 0, high: 1, log: false, step: null });
    expect(float(1, 1)).toMatchObject({ low: 1, high: 1 });
    expect(float(1e-5, 0.1, { log: true }).log).toBe(true);
    expect(int(-3, -0)).toEqual({ kind: 'int', low: -3, high: 0, log: false, step: 1 });
    expect(int(1, 1024, { log: true, step: 1 })).toMatchObject({ log: true, step: 1 });
    expect(int(-(2 ** 52), 2 ** 52 - 1).high).toBe(2 ** 52 - 1);
    for (const dist of [float(0, 1, { step: 0.25 }), int(0, 9), categorical([null, 'a'])])
      expect(JSON.parse(JSON.stringify(dist))).toEqual(dist);
  });

  it('distinguish choices that print the same', () => {
    expect(categorical([1, '1', true, 'true', null, 'null', '']).choices).toHaveLength(7);
  });

  it('copy the array of choices', () => {
    const choices = ['a', 'b'];
    const dist = categorical(choices);
    choices.push('c');
    expect(dist.choices).toEqual(['a', 'b']);
  });
});

describe('steps', () => {
  // Optuna 5: FloatDistribution(low, high, step=step).high
  it.each([
    [0, 1, 0.1, 1],
    [0, 0.3, 0.1, 0.3],
    [0.1, 0.75, 0.1, 0.7],
    [0, 1, 0.3, 0.9],
    [0, 0.9999999999, 0.1, 0.9],
    [0, 0.3000000001, 0.1, 0.3],
    [-1, 1, 0.7, 0.4],
    [0.05, 1, 0.1, 0.95],
    [1e-7, 1e-6, 3e-7, 1e-6],
    [0, 1e22, 3e21, 9e21],
    [0, 1, 5, 0],
    [0, 0.1 + 0.2, 0.1, 0.3],
  ])('float(%f, %f, { step: %f }) ends at %f', (low, high, step, end) => {
    expect(float(low, high, { step }).high).toBe(end);
  });

  it.each([
    [0, 10, 3, 9],
    [-5, 5, 4, 3],
    [1, 1, 7, 1],
    [-(2 ** 52), 2 ** 52 - 1, 2 ** 51, 2 ** 51],
  ])('int(%i, %i, { step: %i }) ends at %i', (low, high, step, end) => {
    expect(int(low, high, { step }).high).toBe(end);
  });

  const decimal = fc.record({
    digits: fc.nat(12),
    low: fc.integer({ min: -1e6, max: 1e6 }),
    width: fc.nat(1e6),
    step: fc.integer({ min: 1, max: 1e5 }),
  });

  it('lower high to the last grid point in decimal arithmetic', () => {
    fc.assert(
      fc.property(decimal, ({ digits, low, width, step }) => {
        const value = (n: number): number => Number(`${n}e-${digits}`) + 0;
        const dist = float(value(low), value(low + width), { step: value(step) });
        expect(dist.high).toBe(value(low + width - (width % step)));
        expect(float(dist.low, dist.high, { step: value(step) })).toEqual(dist);
      }),
    );
  });

  it('give a grid whose points are members and print without rounding errors', () => {
    fc.assert(
      fc.property(decimal, fc.nat(), ({ digits, low, width, step }, pick) => {
        const value = (n: number): number => Number(`${n}e-${digits}`) + 0;
        const dist = float(value(low), value(low + width), { step: value(step) });
        const n = cardinality(dist);
        expect(n).toBe(Math.floor(width / step) + 1);
        const k = pick % n;
        const x = nthInternal(dist, k);
        expect(containsInternal(dist, x)).toBe(true);
        expect(x).toBe(value(low + k * step));
        expect(nthInternal(dist, n - 1)).toBe(dist.high);
      }),
    );
  });

  it('are normalized once, and normalizing again changes nothing', () => {
    expect(float(0.1, 0.7, { step: 0.6 / 7 }).high).toBeCloseTo(0.7 - 0.6 / 7, 12);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (low, width, step) => {
          const dist = float(low, low + width, { step });
          expect(float(dist.low, dist.high, { step })).toEqual(dist);
        },
      ),
    );
  });

  it('contain their grid points where floating-point numbers are coarse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.double({ min: 1e-5, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 1e8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (low, step, count, u) => {
          const dist = float(low, low + step * count, { step });
          for (const k of [0, Math.floor(u * (cardinality(dist) - 1)), cardinality(dist) - 1])
            expect(containsInternal(dist, nthInternal(dist, k)), `${k} of ${cardinality(dist)}`).toBe(true);
        },
      ),
    );
  });
});

describe('checkDistribution', () => {
  it('normalizes plain data', () => {
    expect(checkDistribution({ kind: 'float', low: 0, high: 1 })).toEqual(float(0, 1));
    expect(checkDistribution({ kind: 'float', low: 0, high: 1, log: false, step: 0.3 }).kind).toBe('float');
    expect(checkDistribution({ kind: 'int', low: 0, high: 10, step: 3 })).toEqual(int(0, 9, { step: 3 }));
    expect(checkDistribution({ kind: 'categorical', choices: ['a'] })).toEqual(categorical(['a']));
  });

  it.each([
    { kind: 'float', low: 0, high: 1, setp: 0.1 },
    { kind: 'int', low: 1, high: 9, choices: [1] },
    { kind: 'categorical', choices: ['a'], low: 0 },
  ])('does not ignore a field: %j', async (value) => {
    await refused('invalid-distribution', () => checkDistribution(value));
  });

  it.each([null, 5, 'float', {}, { kind: 'normal' }, [float(0, 1)], { kind: 'float', low: 1, high: 0 }])(
    'rejects %j',
    async (value) => {
      await refused('invalid-distribution', () => checkDistribution(value));
    },
  );
});
