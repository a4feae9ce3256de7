import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logAddExp, logSumExp } from './log-sum-exp.ts';

const term = fc.double({ min: -1e5, max: 1e5, noNaN: true });

describe('logSumExp', () => {
  it('lies between the maximum and the maximum plus log n, and is shift-equivariant', () => {
    fc.assert(
      fc.property(
        fc.array(term, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: -1000, max: 1000 }),
        (values, shift) => {
          const max = Math.max(...values);
          const total = logSumExp(values);
          expect(total).toBeGreaterThanOrEqual(max);
          expect(total).toBeLessThanOrEqual(max + Math.log(values.length) + 1e-10);
          expect(Math.abs(logSumExp(values.map((x) => x + shift)) - total - shift)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('is the logarithm of the sum', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1 }), (terms) => {
        const sum = terms.reduce((total, x) => total + x, 0);
        expect(Math.abs(logSumExp(Float64Array.from(terms, Math.log)) - Math.log(sum))).toBeLessThan(1e-13);
      }),
    );
  });

  it('reads only the first numbers of a longer buffer', () => {
    expect(logSumExp(Float64Array.of(1, 5, Number.NaN), 1)).toBe(1);
  });

  it('handles infinities and NaN', () => {
    const cases: readonly (readonly [readonly number[], number])[] = [
      [[], -Infinity],
      [[-Infinity, -Infinity], -Infinity],
      [[-Infinity, 3], 3],
      [[1, Infinity, -Infinity], Infinity],
      [[Infinity, Number.NaN], Number.NaN],
      [[Number.NaN, 0], Number.NaN],
    ];
    for (const [values, expected] of cases) expect(logSumExp(values), `${values}`).toBe(expected);
  });
});

describe('logAddExp', () => {
  it('equals logSumExp of two values', () => {
    const any = fc.oneof(term, fc.constantFrom(-Infinity, Infinity, Number.NaN));
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [one, other, two] = [logAddExp(a, b), logAddExp(b, a), logSumExp([a, b])];
        expect(one).toBe(other);
        if (Number.isFinite(two)) expect(Math.abs(one - two)).toBeLessThanOrEqual(3e-16 * Math.max(1, Math.abs(two)));
        else expect(one).toBe(two);
      }),
    );
  });
});
