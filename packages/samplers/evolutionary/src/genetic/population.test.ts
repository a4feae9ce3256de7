import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Population } from './population.ts';

const merit = fc.record({
  tier: fc.constantFrom(0, 1.5, 3),
  loss: fc.oneof(fc.integer({ max: 5, min: 0 }), fc.double({ noNaN: true })),
});

/** The genome of member number `k`. */
const genome = (k: number): Float64Array => Float64Array.of(k);
const numbers = (population: Population): number[] =>
  Array.from({ length: population.size }, (_, i) => population.genome(i)[0] as number);

describe('Population', () => {
  it('with full elitism contains the best members, the newer first among equals', () => {
    fc.assert(
      fc.property(fc.array(merit, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (merits, capacity) => {
        const population = new Population(capacity, capacity);
        for (const [k, m] of merits.entries()) population.join(genome(k), m);
        const wanted = merits
          .map((m, k) => ({ ...m, k }))
          .sort((a, b) => a.tier - b.tier || (a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0) || b.k - a.k)
          .slice(0, capacity);
        // A new member as bad as the worst replaces it, so the newest members of the last rank stay.
        expect(numbers(population)).toEqual(wanted.map(({ k }) => k));
        expect(population.size).toBe(wanted.length);
        wanted.forEach((m, i) => {
          const isTied = i > 0 && wanted[i - 1]?.tier === m.tier && wanted[i - 1]?.loss === m.loss;
          expect(population.rank[i]).toBe(isTied ? population.rank[i - 1] : i);
          expect(population.loss[i]).toBe(m.tier === wanted[0]?.tier ? m.loss : Number.POSITIVE_INFINITY);
        });
      }),
    );
  });

  it('removes members by age, except the elite', () => {
    const joined = (elite: number): number[] => {
      const population = new Population(3, elite);
      for (const [k, loss] of [1, 5, 4, 6, 7, 3].entries()) population.join(genome(k), { tier: 0, loss });
      return numbers(population);
    };
    expect(joined(0)).toEqual([5, 3, 4]);
    expect(joined(1)).toEqual([0, 5, 4]);
    expect(joined(3)).toEqual([0, 5, 2]);
  });

  it('clones independently', () => {
    const population = new Population(3, 3);
    for (const loss of [3, 1, 2]) population.join(genome(loss), { tier: 0, loss });
    const copy = population.clone();
    copy.join(genome(0), { tier: 0, loss: 0 });
    expect([numbers(population), numbers(copy)]).toEqual([
      [1, 2, 3],
      [0, 1, 2],
    ]);
    expect([population.loss[0], copy.loss[0]]).toEqual([1, 0]);
  });

  it('finds its members up to rounding', () => {
    const population = new Population(2, 2);
    population.join(Float64Array.of(0.5, Number.NaN), { tier: 0, loss: 1 });
    expect(population.has(Float64Array.of(0.5 + 1e-12, Number.NaN))).toBe(true);
    expect(population.has(Float64Array.of(0.5, 0.5))).toBe(false);
    expect(population.has(Float64Array.of(0.51, Number.NaN))).toBe(false);
  });
});
