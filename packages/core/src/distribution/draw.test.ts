import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rngFor } from '../rng/rng.ts';
import { cardinality, contains, containsInternal, nthInternal } from './convert.ts';
import type { Distribution } from './distribution.ts';
import { drawInternal, drawUniform, fromUnit, toUnit } from './draw.ts';
import { categorical, float, int } from './validate.ts';

const finite: fc.Arbitrary<Distribution> = fc.oneof(
  fc.integer({ min: 1, max: 20 }).map((n) => categorical(Array.from({ length: n }, (_, i) => `c${i}`))),
  fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), fc.integer({ min: 1, max: 1000 }))
    .map(([low, width, step]) => int(low, low + width, { step })),
  fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(1e6)).map(([low, width]) => int(low, low + width, { log: true })),
  fc
    .tuple(fc.integer({ min: -1e4, max: 1e4 }), fc.nat(1e4), fc.integer({ min: 1, max: 100 }))
    .map(([low, width, step]) => float(low / 100, (low + width) / 100, { step: step / 100 })),
);

const bound = fc.double({ min: -1e300, max: 1e300, noNaN: true });
const continuous: fc.Arbitrary<Distribution> = fc.oneof(
  fc.tuple(bound, bound).map(([a, b]) => float(Math.min(a, b), Math.max(a, b))),
  fc
    .tuple(fc.double({ min: -300, max: 300, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }))
    .map(([e, width]) => float(10 ** e, 10 ** Math.min(e + width, 308), { log: true })),
);
const wide: fc.Arbitrary<Distribution> = fc.constantFrom(
  int(-(2 ** 52), 2 ** 52 - 1),
  int(1, 2 ** 53 - 1, { log: true }),
  int(0, 2 ** 53 - 1, { step: 3 }),
  float(0, 1e300, { step: 1e-3 }),
);
const unit = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 1 - 2 ** -53, 2 ** -53));

describe('fromUnit and toUnit', () => {
  it('stay in range', () => {
    fc.assert(
      fc.property(fc.oneof(finite, continuous, wide), unit, (dist, u) => {
        const x = fromUnit(dist, u);
        expect(containsInternal(dist, x), `${x}`).toBe(true);
        expect(Object.is(x, -0)).toBe(false);
        const back = toUnit(dist, x);
        expect(back >= 0 && back <= 1).toBe(true);
      }),
    );
  });

  it('are inverse on finite distributions', () => {
    fc.assert(
      fc.property(finite, fc.nat(), (dist, pick) => {
        const x = nthInternal(dist, pick % cardinality(dist));
        expect(fromUnit(dist, toUnit(dist, x))).toBe(x);
      }),
    );
  });

  it('are inverse up to rounding on continuous ones', () => {
    const moderate = fc
      .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
      .map(([low, width]) => float(low, low + width));
    fc.assert(
      fc.property(moderate, unit, (dist, u) => {
        expect(toUnit(dist, fromUnit(dist, u))).toBeCloseTo(u, 6);
      }),
    );
    const log = float(1e-5, 1e-1, { log: true });
    expect(fromUnit(log, 0.5)).toBeCloseTo(1e-3, 12);
    expect(toUnit(log, 1e-2)).toBeCloseTo(0.75, 12);
  });

  it('reach both ends up to rounding', () => {
    fc.assert(
      fc.property(fc.oneof(finite, continuous), (dist) => {
        const [low, high] = dist.kind === 'categorical' ? [0, dist.choices.length - 1] : [dist.low, dist.high];
        const tolerance = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
        expect(Math.abs(fromUnit(dist, 0) - low)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(fromUnit(dist, 1) - high)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  it('are monotone', () => {
    fc.assert(
      fc.property(fc.oneof(finite, continuous, wide), unit, unit, (dist, u, v) => {
        expect(fromUnit(dist, Math.min(u, v))).toBeLessThanOrEqual(fromUnit(dist, Math.max(u, v)));
      }),
    );
  });

  it('map a single value to 0.5', () => {
    for (const dist of [
      float(3, 3),
      int(3, 3),
      float(3, 3, { log: true }),
      int(3, 3, { log: true }),
      categorical([null]),
    ])
      expect(toUnit(dist, fromUnit(dist, 0.9))).toBe(0.5);
  });
});

describe('draws', () => {
  it('give every value of a finite distribution an equal share', () => {
    for (const dist of [
      int(0, 9),
      int(0, 27, { step: 3 }),
      float(0, 0.9, { step: 0.1 }),
      categorical([...'abcdefghij']),
    ]) {
      const counts = new Map<number, number>();
      const rng = rngFor(1, 0, 'shares');
      for (let i = 0; i < 20_000; i++) {
        const x = drawInternal(dist, rng);
        counts.set(x, (counts.get(x) ?? 0) + 1);
      }
      // chi-square with 9 degrees of freedom exceeds 27.9 with probability 0.001
      const chi = [...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
      expect([counts.size, chi < 27.9]).toEqual([10, true]);
    }
  });

  it('are uniform on the scale of the range', () => {
    for (const dist of [float(-3, 5), float(1e-4, 1e4, { log: true })]) {
      const rng = rngFor(3, 0, 'scale');
      const us = Array.from({ length: 20_000 }, () => toUnit(dist, drawInternal(dist, rng))).sort((a, b) => a - b);
      const gap = Math.max(...us.map((u, i) => Math.abs(u - (i + 0.5) / us.length)));
      expect(gap).toBeLessThan(1.95 / Math.sqrt(us.length)); // Kolmogorov–Smirnov, exceeded with probability 0.001
    }
  });

  it('give log ints the share of [k - 1/2, k + 1/2] on the log scale', () => {
    const dist = int(1, 4, { log: true });
    const counts = [0, 0, 0, 0];
    const rng = rngFor(3, 0, 'log');
    for (let i = 0; i < 40_000; i++) {
      const at = drawInternal(dist, rng) - 1;
      counts[at] = (counts[at] as number) + 1;
    }
    const width = Math.log(4.5 / 0.5);
    const chi = counts.reduce((sum, n, i) => {
      const expected = (40_000 * Math.log((i + 1.5) / (i + 0.5))) / width;
      return sum + (n - expected) ** 2 / expected;
    }, 0);
    expect(chi).toBeLessThan(16.3); // 3 degrees of freedom
  });

  it('take one number of the stream and give external values', () => {
    const dist = categorical(['a', 'b', null]);
    const [one, two] = [rngFor(4, 0, 'x'), rngFor(4, 0, 'x')];
    for (let i = 0; i < 20; i++) {
      const value = drawUniform(dist, one);
      expect(contains(dist, value)).toBe(true);
      expect(value).toBe(dist.choices[fromUnit(dist, two.float())]);
    }
  });
});
