import { rngFor } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CategoricalSearch } from './categorical-search.ts';
import { recombinationOf } from './strategy.ts';

describe('categorical search', () => {
  it('keeps normalized probabilities above the margin for any choices', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
        (counts, picks) => {
          const lambda = 6;
          const { recombination } = recombinationOf(lambda);
          const search = new CategoricalSearch(Int32Array.from(counts), counts.length);
          for (let g = 0; g < 20; g++) {
            const choices = Int32Array.from(
              { length: lambda * counts.length },
              (_, k) => ((picks[(g * 7 + k) % picks.length] as number) + k) % (counts[k % counts.length] as number),
            );
            search.update(choices, recombination);
            for (const [i, count] of counts.entries()) {
              const from = search.offsets[i] as number;
              const q = search.q.subarray(from, from + count);
              expect(q.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
              for (const p of q) expect(p).toBeGreaterThanOrEqual((search.floors[i] as number) - 1e-12);
            }
          }
        },
      ),
    );
  });

  it('samples with its probabilities', () => {
    const search = new CategoricalSearch(Int32Array.of(3, 2), 2);
    search.setFrequencies(0, [0.2, 0.5, 0.3]);
    const rng = rngFor(1, 0, 'choices');
    const seen = new Float64Array(5);
    const choices = new Int32Array(2);
    for (let k = 0; k < 20_000; k++) {
      search.sample(rng, choices);
      for (const at of [choices[0] as number, 3 + (choices[1] as number)]) seen[at] = (seen[at] as number) + 1 / 20_000;
    }
    for (const [k, p] of search.q.entries()) expect(Math.abs((seen[k] as number) - p)).toBeLessThan(0.015);
    expect([search.likeliest(0), search.likeliest(1)]).toEqual([1, 0]);
  });
});
