import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankingOf } from './ranking.ts';
import { ResultBuffer } from './result-buffer.ts';
import { fullStrategy, recombinationOf } from './strategy.ts';

const populations = fc.integer({ min: 4, max: 40 });

describe('ranking', () => {
  it('gives equal points equal weights and preserves the sum', () => {
    fc.assert(
      fc.property(populations, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (lambda, ties) => {
        const strategy = fullStrategy(7, lambda);
        const tied = Uint8Array.from({ length: lambda }, (_, k) => (k > 0 && ties[k] ? 1 : 0));
        const { recombination, weights, muEff } = rankingOf(strategy, tied);
        for (const [given, shared] of [
          [strategy.recombination, recombination],
          [strategy.weights, weights],
        ] as const) {
          expect(shared.reduce((a, b) => a + b, 0)).toBeCloseTo(
            given.reduce((a, b) => a + b, 0),
            12,
          );
          for (let k = 1; k < lambda; k++) {
            if (tied[k] === 1) expect(shared[k]).toBe(shared[k - 1]);
            else expect(shared[k] as number).toBeLessThanOrEqual((shared[k - 1] as number) + 1e-15);
          }
        }
        expect(muEff).toBeGreaterThanOrEqual(strategy.muEff - 1e-9);
      }),
    );
    expect(rankingOf(recombinationOf(6), new Uint8Array(6).fill(1, 1)).muEff).toBeCloseTo(6, 12);
  });

  it('orders by tier, then by value, then by arrival', () => {
    const buffer = new ResultBuffer(1, 1, 6);
    const merits = [
      [4, 0],
      [0, 2],
      [1.5, -5],
      [0, 1],
      [0, 2],
      [3, -9],
    ] as const;
    for (const [k, [tier, loss]] of merits.entries())
      buffer.push(Float64Array.of(k), Int32Array.of(10 + k), { tier, loss }, k === 4);
    const sorted = new ResultBuffer(1, 1, 6);
    const tied = new Uint8Array(6);
    buffer.ranked(sorted, tied);
    expect(Array.from(sorted.raw)).toEqual([3, 1, 4, 2, 5, 0]);
    expect(Array.from(sorted.choices)).toEqual([13, 11, 14, 12, 15, 10]);
    expect(Array.from(sorted.late)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(Array.from(tied)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(sorted.merits[0]).toEqual({ tier: 0, loss: 1 });
  });

  it('replaces the worst results by old ones of the better half, and keeps the best of many old results', () => {
    const buffer = new ResultBuffer(1, 0, 6);
    for (const [k, loss] of [5, 1, 9, 3, 7, 8].entries())
      buffer.push(Float64Array.of(k), new Int32Array(0), { tier: 0, loss }, false);
    const oldResults = new ResultBuffer(1, 0, 3);
    for (const [k, loss] of [6, 5, 4, 2, 6].entries())
      oldResults.pushIfBetter(Float64Array.of(10 + k), new Int32Array(0), { tier: 0, loss }, true);
    expect(oldResults.merits.map(({ loss }) => loss).sort()).toEqual([2, 4, 5]);
    buffer.replaceWorst(oldResults); // The median is 5, so the old result 5 is not better.
    const sorted = new ResultBuffer(1, 0, 6);
    buffer.ranked(sorted, new Uint8Array(6));
    expect(sorted.merits.map(({ loss }) => loss)).toEqual([1, 2, 3, 4, 5, 7]);
    expect(Array.from(sorted.raw)).toEqual([1, 13, 3, 12, 0, 4]);
    expect(Array.from(sorted.late)).toEqual([0, 1, 0, 1, 0, 0]);
  });
});
