import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededOrder } from './cell-order.ts';

describe('seededOrder', () => {
  it('visits every cell once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (total, seed) => {
        const order = seededOrder(total, seed);
        const cells = Array.from({ length: total }, (_, position) => order(position)).sort((a, b) => a - b);
        expect(cells).toEqual(Array.from({ length: total }, (_, cell) => cell));
      }),
    );
  });

  it.each([2, 3, 5, 24, 1000])('maps the first and the last position uniformly to %i cells', (total) => {
    const seeds = 400 * Math.min(total, 24);
    const bins = Math.min(total, 24);
    for (const position of [0, total - 1]) {
      const counts = new Array<number>(bins).fill(0);
      for (let seed = 0; seed < seeds; seed++) {
        const bin = Math.floor((seededOrder(total, seed)(position) * bins) / total);
        counts[bin] = (counts[bin] as number) + 1;
      }
      const share = (bin: number) => (Math.ceil(((bin + 1) * total) / bins) - Math.ceil((bin * total) / bins)) / total;
      const chi2 = counts.reduce(
        (sum, count, bin) => sum + (count - seeds * share(bin)) ** 2 / (seeds * share(bin)),
        0,
      );
      // Mean and standard deviation of chi² are bins - 1 and √(2 (bins - 1)); the seeds are fixed.
      expect(chi2).toBeLessThan(bins - 1 + 4 * Math.sqrt(2 * (bins - 1)));
    }
  });

  it('differs between seeds', () => {
    const orders = Array.from({ length: 50 }, (_, seed) =>
      Array.from({ length: 12 }, (_, k) => seededOrder(12, seed)(k)).join(),
    );
    expect(new Set(orders).size).toBe(50);
  });

  it('reaches cells beyond 32 bits, once each', () => {
    const total = 2 ** 52 - 7;
    const order = seededOrder(total, 3);
    const cells = Array.from({ length: 10_000 }, (_, k) => order(total - 1 - k));
    expect(new Set(cells).size).toBe(10_000);
    expect(cells.every((cell) => Number.isSafeInteger(cell) && cell >= 0 && cell < total)).toBe(true);
    expect(Math.max(...cells)).toBeGreaterThan(0.99 * total);
    expect(Math.min(...cells)).toBeLessThan(0.01 * total);
  });

  it('is frozen: stored studies depend on this order', () => {
    const order = seededOrder(12, 42);
    expect(Array.from({ length: 12 }, (_, position) => order(position))).toEqual([
      11, 1, 4, 2, 5, 8, 0, 3, 7, 9, 6, 10,
    ]);
  });
});
