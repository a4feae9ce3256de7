import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HaltonSequence } from './halton.ts';
import { firstPrimes } from './primes.ts';

const fixture = JSON.parse(readFileSync(new URL('fixtures/sequences.json', import.meta.url), 'utf8')) as {
  halton: readonly (readonly number[])[];
  haltonWide: readonly (readonly [number, readonly number[]])[];
};
const seeds = fc.nat(2 ** 53 - 1);

function expectClose(x: Float64Array, expected: readonly number[]): void {
  expect(x.length).toBe(expected.length);
  expected.forEach((u, d) => void expect(Math.abs((x[d] as number) - u)).toBeLessThan(4e-16));
}

describe('the plain Halton sequence', () => {
  it('equals scipy from the start', () => {
    const sequence = new HaltonSequence(6);
    for (const expected of fixture.halton) expectClose(sequence.next(), expected);
    expect(sequence.index).toBe(fixture.halton.length);
  });

  it.each(fixture.haltonWide)('equals scipy at point %i in 40 dimensions', (index, expected) => {
    expectClose(new HaltonSequence(40).point(index), expected);
  });
});

describe('the scrambled Halton sequence', () => {
  it('has one of b^m points in each of the b^m intervals of each coordinate', () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), (seed, block) => {
        const sequence = new HaltonSequence(8, { scramble: true, seed });
        firstPrimes(8)
          .slice(0, 8)
          .forEach((base, d) => {
            const count = base ** (base < 6 ? 3 : 2);
            const hit = new Set<number>();
            // Shifted slightly, so that rounding at the ends of intervals does not matter.
            for (let k = 0; k < count; k++)
              hit.add(Math.floor(sequence.coordinate(block * count + k, d) * count + 1e-9 * count));
            expect(hit.size).toBe(count);
          });
      }),
      { numRuns: 30 },
    );
  });

  it('computes points directly and depends on the seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sequence = new HaltonSequence(5, { scramble: true, seed });
        const late = new HaltonSequence(5, { scramble: true, seed });
        late.point(123_456); // generates the permutations in another order
        const other = new HaltonSequence(5, { scramble: true, seed: seed === 0 ? 1 : seed - 1 });
        for (let index = 0; index < 30; index++) {
          const x = sequence.next();
          expect(late.point(index)).toEqual(x);
          expect(other.point(index)).not.toEqual(x);
          expect(x.every((u) => u >= 0 && u < 1)).toBe(true);
        }
      }),
    );
  });

  it('has uniform points, including the first one', () => {
    const n = 1500;
    for (const index of [0, 7]) {
      const sums = new Float64Array(3);
      for (let seed = 0; seed < n; seed++) {
        const [a, b, c] = new HaltonSequence(12, { scramble: true, seed }).point(index) as unknown as number[];
        [a as number, b as number, (a as number) * (c as number)].forEach((x, i) => {
          sums[i] = (sums[i] as number) + x;
        });
      }
      const [a, b, ac] = sums.map((sum) => sum / n) as unknown as [number, number, number];
      for (const mean of [a, b]) expect(Math.abs(mean - 0.5)).toBeLessThan((4 * 0.289) / Math.sqrt(n));
      expect(Math.abs(ac - 0.25)).toBeLessThan((4 * 0.22) / Math.sqrt(n));
    }
  });

  it('permutes digits uniformly: all 120 orders of base 5 are equally likely', () => {
    const orders = new Map<string, number>();
    const n = 120 * 60;
    for (let seed = 0; seed < n; seed++) {
      const sequence = new HaltonSequence(3, { scramble: true, seed });
      const order = Array.from({ length: 5 }, (_, k) => Math.floor(sequence.coordinate(k, 2) * 5)).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(120);
    let chi2 = 0;
    for (const count of orders.values()) chi2 += (count - 60) ** 2 / 60;
    expect(chi2).toBeLessThan(172.5); // 119 degrees of freedom, p = 0.001; the seeds are fixed
  });

  it('stays below 1 for indexes with many digits', () => {
    fc.assert(
      fc.property(seeds, fc.nat(2 ** 53 - 1), (seed, index) => {
        const sequence = new HaltonSequence(3, { scramble: true, seed });
        for (let d = 0; d < 3; d++) expect(sequence.coordinate(index, d)).toBeLessThan(1);
      }),
    );
  });

  it('does not change, because stored studies continue this sequence', () => {
    const sequence = new HaltonSequence(3, { scramble: true, seed: 42 });
    expect(Array.from({ length: 3 }, () => Array.from(sequence.next()))).toEqual([
      [0.9961367306467995, 0.07406245038891894, 0.3794063404811415],
      [0.49613673064679953, 0.40739578372225227, 0.5794063404811416],
      [0.7461367306467995, 0.7407291170555855, 0.17940634048114157],
    ]);
  });
});

describe('HaltonSequence', () => {
  it('rejects invalid dimensions, seeds and indexes', () => {
    for (const dimensions of [0, 1.5, Number.NaN, 100_001])
      expect(() => new HaltonSequence(dimensions)).toThrow(RangeError);
    for (const seed of [-1, 0.5, 2 ** 53]) expect(() => new HaltonSequence(1, { seed })).toThrow(RangeError);
    for (const index of [-1, 0.5, 2 ** 53]) expect(() => new HaltonSequence(1).point(index)).toThrow(RangeError);
  });

  it('uses the first primes as bases', () => {
    expect(firstPrimes(12).slice(0, 12)).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]);
    expect(firstPrimes(1000)[999]).toBe(7919);
  });
});
