import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SobolSequence } from './sobol.ts';
import { sobolBits, sobolDirections } from './sobol-directions.ts';

const fixture = JSON.parse(readFileSync(new URL('fixtures/sequences.json', import.meta.url), 'utf8')) as {
  directions: readonly number[];
  wide: readonly (readonly [number, readonly number[]])[];
  start: readonly (readonly number[])[];
};
const { maxDimensions } = SobolSequence;
const seeds = fc.nat(2 ** 53 - 1);
const scrambled = fc.constantFrom('owen' as const, 'shift' as const);

function take(sequence: SobolSequence, count: number): Float64Array[] {
  return Array.from({ length: count }, () => sequence.next());
}

describe('the plain Sobol sequence', () => {
  it('has the direction numbers of scipy in all dimensions', () => {
    const v = sobolDirections(maxDimensions);
    const sums = Array.from({ length: maxDimensions }, (_, d) => {
      let h = 0;
      for (let k = 0; k < 30; k++) h = (h * 31 + ((v[d * sobolBits + k] as number) >>> 2)) % 2 ** 32;
      return h;
    });
    expect(sums).toEqual(fixture.directions);
    expect(maxDimensions).toBe(1111);
  });

  it('equals scipy from the start', () => {
    const points = take(new SobolSequence(8), fixture.start.length);
    expect(points.map((x) => Array.from(x, (u) => u * 2 ** 30))).toEqual(fixture.start);
  });

  it.each(fixture.wide)('equals scipy at point %i in all dimensions', (index, expected) => {
    const x = new SobolSequence(maxDimensions).point(index);
    expect(Array.from(x, (u) => u * 2 ** 30)).toEqual(expected);
  });

  it('computes points directly', () => {
    const sequence = new SobolSequence(maxDimensions);
    for (let index = 0; index < 130; index++) {
      expect(sequence.index).toBe(index);
      expect(sequence.next()).toEqual(sequence.point(index));
    }
  });

  it('has 2^32 points', () => {
    const sequence = new SobolSequence(3);
    const last = sequence.point(2 ** 32 - 1);
    expect(last[0]).toBe(2 ** -32); // Gray code 100…0
    expect(new Set(Array.from({ length: 100 }, (_, k) => sequence.coordinate(2 ** 32 - 1 - k, 1))).size).toBe(100);
    for (const index of [2 ** 32, -1, 0.5, Number.NaN]) expect(() => sequence.point(index)).toThrow(RangeError);
  });

  it('writes into the array it is given', () => {
    const out = new Float64Array(2);
    const sequence = new SobolSequence(2);
    expect(sequence.next(out)).toBe(out);
    expect(sequence.point(1, out)).toBe(out);
    expect(Array.from(out)).toEqual([0.5, 0.5]);
  });
});

describe('the scrambled Sobol sequence', () => {
  it('has one of 2^m points in each of the 2^m intervals of each coordinate', () => {
    fc.assert(
      fc.property(scrambled, seeds, fc.integer({ min: 0, max: 8 }), fc.nat(20), (scramble, seed, m, block) => {
        const dimensions = 40;
        const sequence = new SobolSequence(dimensions, { scramble, seed });
        const count = 2 ** m;
        for (let d = 0; d < dimensions; d++) {
          const hit = new Set<number>();
          for (let k = 0; k < count; k++) hit.add(Math.floor(sequence.coordinate(block * count + k, d) * count));
          expect(hit.size).toBe(count);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the first two dimensions a (0, m, 2)-net: every elementary box is hit once', () => {
    fc.assert(
      fc.property(scrambled, seeds, fc.integer({ min: 1, max: 9 }), (scramble, seed, m) => {
        const points = take(new SobolSequence(2, { scramble, seed }), 2 ** m);
        for (let a = 0; a <= m; a++) {
          const hit = new Set(
            points.map(
              ([x, y]) => Math.floor((x as number) * 2 ** a) * 2 ** m + Math.floor((y as number) * 2 ** (m - a)),
            ),
          );
          expect(hit.size).toBe(2 ** m);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('computes points directly and depends on the seed', () => {
    fc.assert(
      fc.property(scrambled, seeds, (scramble, seed) => {
        const sequence = new SobolSequence(5, { scramble, seed });
        const again = new SobolSequence(5, { scramble, seed });
        const other = new SobolSequence(5, { scramble, seed: seed === 0 ? 1 : seed - 1 });
        take(sequence, 17).forEach((x, index) => {
          expect(again.point(index)).toEqual(x);
          expect(other.point(index)).not.toEqual(x);
          expect(x.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53))).toBe(true);
        });
      }),
    );
  });

  it('flips each digit independently: all scramblings of eighths are equally likely', () => {
    // Three digits have 7 random bits, so 128 scramblings. Laine–Karras hashing would reach 8 of them.
    const ways = new Map<string, number>();
    const n = 128 * 60;
    for (let seed = 0; seed < n; seed++) {
      const sequence = new SobolSequence(1, { scramble: 'owen', seed });
      const order = Array.from({ length: 8 }, (_, k) => Math.floor(sequence.coordinate(k, 0) * 8)).join('');
      ways.set(order, (ways.get(order) ?? 0) + 1);
    }
    expect(ways.size).toBe(128);
    let chi2 = 0;
    for (const count of ways.values()) chi2 += (count - 60) ** 2 / 60;
    expect(chi2).toBeLessThan(181.99); // 127 degrees of freedom, p = 0.001; the seeds are fixed
  });

  it('has uniform and independent coordinates over seeds', () => {
    const n = 4000;
    for (const scramble of ['owen', 'shift'] as const) {
      const sums = new Float64Array(4);
      for (let seed = 0; seed < n; seed++) {
        const [a, b] = new SobolSequence(20, { scramble, seed }).point(5) as unknown as [number, number];
        const c = new SobolSequence(20, { scramble, seed }).coordinate(0, 19);
        [a, b, a * b, a * c].forEach((x, i) => {
          sums[i] = (sums[i] as number) + x;
        });
      }
      // Standard deviations of u and of u·v: 0.289 and 0.220.
      const [a, b, ab, ac] = sums.map((sum) => sum / n) as unknown as [number, number, number, number];
      for (const mean of [a, b]) expect(Math.abs(mean - 0.5)).toBeLessThan((4 * 0.289) / Math.sqrt(n));
      for (const mean of [ab, ac]) expect(Math.abs(mean - 0.25)).toBeLessThan((4 * 0.22) / Math.sqrt(n));
    }
  });

  it('integrates a smooth function better than random points, and best with Owen scrambling', () => {
    // ∏ (1 + (x_j - ½)/j²) has mean 1; 1,024 random points have a standard error of 0.01.
    const f = (x: Float64Array): number => x.reduce((product, u, j) => product * (1 + (u - 0.5) / (j + 1) ** 2), 1);
    const rms = (scramble: 'owen' | 'shift', count: number): number => {
      let sum = 0;
      for (let seed = 0; seed < 30; seed++) {
        const points = take(new SobolSequence(6, { scramble, seed }), count);
        sum += (points.reduce((total, x) => total + f(x), 0) / count - 1) ** 2;
      }
      return Math.sqrt(sum / 30);
    };
    const [owen, shift] = [rms('owen', 1024), rms('shift', 1024)];
    expect(owen).toBeLessThan(1e-4);
    expect(shift).toBeLessThan(1e-3);
    expect(owen).toBeLessThan(shift);
  });

  it('does not change, because stored studies continue this sequence', () => {
    const golden = (scramble: 'owen' | 'shift'): readonly (readonly number[])[] =>
      take(new SobolSequence(3, { scramble, seed: 42 }), 3).map((x) => Array.from(x));
    expect(golden('owen')).toEqual([
      [0.7237219498830751, 0.042628036187687735, 0.18602367000314235],
      [0.47436760490392527, 0.5366418859430394, 0.7324338143736604],
      [0.12252478669293132, 0.34307948478092243, 0.26210410895667435],
    ]);
    expect(golden('shift')).toEqual([
      [0.9592511344842016, 0.16997423795222322, 0.37362055887056733],
      [0.45925113448420163, 0.6699742379522232, 0.8736205588705673],
      [0.20925113448420163, 0.4199742379522232, 0.12362055887056733],
    ]);
  });
});

describe('SobolSequence', () => {
  it('rejects invalid dimensions, seeds and scramblings', () => {
    for (const dimensions of [0, maxDimensions + 1, 1.5, Number.NaN])
      expect(() => new SobolSequence(dimensions)).toThrow(RangeError);
    for (const seed of [-1, 0.5, 2 ** 53]) expect(() => new SobolSequence(1, { seed })).toThrow(RangeError);
    expect(() => new SobolSequence(1, { scramble: 'yes' as 'owen' })).toThrow(RangeError);
  });
});
