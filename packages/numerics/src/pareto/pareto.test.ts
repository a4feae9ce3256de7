import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crowdingDistance } from './crowding-distance.ts';
import { hypervolume } from './hypervolume.ts';
import { hypervolumeSubset } from './hypervolume-subset.ts';
import { nonDominatedRanks } from './non-dominated-ranks.ts';

type Plain = readonly (number | 'inf' | '-inf')[];
const read = (xs: Plain): Float64Array =>
  Float64Array.from(xs, (x) => (typeof x === 'number' ? x : x === 'inf' ? Infinity : -Infinity));

/** Made by numpy, Optuna and pymoo: see the script beside it. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/pareto.json', import.meta.url), 'utf8')) as {
  ranks: readonly (readonly [number, number, number, Plain, readonly number[]])[];
  volumes: readonly (readonly [number, number, Plain, Plain, number])[];
  subsets: readonly (readonly [number, number, number, Plain, Plain, readonly number[]])[];
  crowding: readonly (readonly [number, number, Plain, Plain])[];
};

interface Cloud {
  readonly m: number;
  readonly n: number;
  readonly points: Float64Array;
}

/** Few different values, so that ties and duplicates abound. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, -0, 1e308, -1e308) },
);
const clouds = (from: fc.Arbitrary<number>, maxSize = 40): fc.Arbitrary<Cloud> =>
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: maxSize }))
    .chain(([m, n]) =>
      fc.array(from, { minLength: n * m, maxLength: n * m }).map((xs) => ({ m, n, points: Float64Array.from(xs) })),
    );

function dominates({ points, m }: Cloud, a: number, b: number): boolean {
  const pairs = Array.from(
    { length: m },
    (_, i) => [points[a * m + i] as number, points[b * m + i] as number] as const,
  );
  return pairs.every(([x, y]) => x <= y) && pairs.some(([x, y]) => x < y);
}

/** By the definition: peel front after front. */
function peeledRanks(cloud: Cloud, limit: number): number[] {
  const ranks = Array.from({ length: cloud.n }, () => -1);
  let left = ranks.map((_, i) => i);
  for (let rank = 0; left.length > 0; rank++) {
    const done = cloud.n - left.length >= limit;
    const front = done ? left : left.filter((a) => !left.some((b) => dominates(cloud, b, a)));
    for (const i of front) ranks[i] = rank;
    left = left.filter((i) => !front.includes(i));
  }
  return ranks;
}

/** Inclusion and exclusion over all subsets. */
function inclusionExclusion({ points, m, n }: Cloud, reference: readonly number[]): number {
  let volume = 0;
  for (let subset = 1; subset < 2 ** n; subset++) {
    let [sign, box] = [-1, 1];
    const corner = reference.map(() => -Infinity);
    for (let row = 0; row < n; row++) {
      if ((subset & (1 << row)) === 0) continue;
      sign = -sign;
      for (let i = 0; i < m; i++) corner[i] = Math.max(corner[i] as number, points[row * m + i] as number);
    }
    for (let i = 0; i < m; i++) box *= Math.max(0, (reference[i] as number) - (corner[i] as number));
    volume += sign * box;
  }
  return volume;
}

const rows = ({ points, m }: Cloud, which: readonly number[]): Float64Array =>
  Float64Array.from(which.flatMap((row) => [...points.subarray(row * m, (row + 1) * m)]));

describe('nonDominatedRanks', () => {
  it('equals Optuna and pymoo', () => {
    for (const [n, m, limit, points, expected] of fixture.ranks) {
      expect([...nonDominatedRanks(read(points), n, m, limit)]).toEqual(expected);
    }
    expect(fixture.ranks.length).toBe(60);
  });

  it('equals the definition, with ties, duplicates, infinities and any limit', () => {
    fc.assert(
      fc.property(clouds(value), fc.nat({ max: 45 }), (cloud, limit) => {
        expect([...nonDominatedRanks(cloud.points, cloud.n, cloud.m)]).toEqual(peeledRanks(cloud, cloud.n));
        const limited = [...nonDominatedRanks(cloud.points, cloud.n, cloud.m, limit)];
        expect(limited).toEqual(peeledRanks(cloud, limit));
      }),
      { numRuns: 400 },
    );
  });

  it('knows long chains and broad fronts', () => {
    const n = 3000;
    for (const m of [2, 3, 4]) {
      const chain = Float64Array.from({ length: n * m }, (_, i) => -Math.floor(i / m));
      expect(nonDominatedRanks(chain, n, m)).toEqual(Int32Array.from({ length: n }, (_, i) => n - 1 - i));
      expect(Math.max(...nonDominatedRanks(chain, n, m, 10))).toBe(10);
      const front = Float64Array.from({ length: n * m }, (_, i) => (i % m === 0 ? 1 : -1) * Math.floor(i / m));
      expect(Math.max(...nonDominatedRanks(front, n, m))).toBe(0);
    }
  });
});

describe('hypervolume', () => {
  it('equals Optuna and pymoo', () => {
    for (const [n, m, points, reference, expected] of fixture.volumes) {
      const actual = hypervolume(read(points), n, m, read(reference));
      expect(Math.abs(actual - expected), `${n} points, ${m} objectives`).toBeLessThanOrEqual(1e-12 * expected);
    }
    expect(fixture.volumes.length).toBe(60);
  });

  it('equals inclusion and exclusion exactly on integers', () => {
    const reference = [3, 2, 3, 4, 3];
    fc.assert(
      fc.property(clouds(fc.integer({ min: -3, max: 5 }), 9), (cloud) => {
        const corner = reference.slice(0, cloud.m);
        const actual = hypervolume(cloud.points, cloud.n, cloud.m, corner);
        expect(actual).toBe(inclusionExclusion(cloud, corner));
      }),
      { numRuns: 300 },
    );
  });

  it('does not change with duplicates, dominated points or the order of rows', () => {
    fc.assert(
      fc.property(clouds(fc.double({ min: 0, max: 1, noNaN: true }), 25), (cloud) => {
        const corner = Array.from({ length: cloud.m }, () => 1.1);
        const whole = hypervolume(cloud.points, cloud.n, cloud.m, corner);
        const ranks = nonDominatedRanks(cloud.points, cloud.n, cloud.m);
        const front = [...ranks.keys()].filter((i) => ranks[i] === 0).reverse();
        const twice = [...front, ...front];
        const same = hypervolume(rows(cloud, twice), twice.length, cloud.m, corner);
        expect(Math.abs(same - whole)).toBeLessThanOrEqual(1e-11 * whole);
      }),
    );
  });

  it('leaves out what the reference does not bound, and is infinite where the volume is', () => {
    expect(hypervolume(new Float64Array(), 0, 3, [1, 1, 1])).toBe(0);
    expect(hypervolume(Float64Array.of(0, 2, 2, 0), 2, 2, [2, 2])).toBe(0);
    expect(hypervolume(Float64Array.of(-Infinity, 2), 1, 2, [2, 2])).toBe(0);
    expect(hypervolume(Float64Array.of(Infinity, 0, 0, 0), 2, 2, [2, 2])).toBe(4);
    expect(hypervolume(Float64Array.of(-Infinity, 1, 1, 0), 2, 2, [2, 2])).toBe(Infinity);
    expect(hypervolume(Float64Array.of(0, 0, 0), 1, 3, [1, 1, Infinity])).toBe(Infinity);
    for (const m of [1, 2, 3, 4, 5]) {
      const huge = Float64Array.from({ length: 3 * m }, (_, i) => -1e308 * (1 + ((i * 7) % 5) / 10));
      expect(
        hypervolume(
          huge,
          3,
          m,
          Array.from({ length: m }, () => 1e307),
        ),
      ).toBeGreaterThan(1e307);
    }
  });
});

describe('hypervolumeSubset', () => {
  it('chooses what Optuna chooses, in the same order', () => {
    for (const [n, m, k, points, reference, expected] of fixture.subsets) {
      const actual = [...hypervolumeSubset(read(points), n, m, read(reference), k)];
      // Optuna answers in the order of the rows when it is asked for all.
      if (k === n) actual.sort((a, b) => a - b);
      expect(actual, `${k} of ${n}, ${m} objectives`).toEqual(expected);
    }
    expect(fixture.subsets.length).toBe(40);
  });

  it('gains as much in each round as any other choice would', () => {
    const integers = clouds(fc.integer({ min: 0, max: 6 }), 12);
    fc.assert(
      fc.property(integers, fc.nat({ max: 12 }), (cloud, k) => {
        const { points, n, m } = cloud;
        const corner = Array.from({ length: m }, () => 6);
        const chosen = [...hypervolumeSubset(points, n, m, corner, k)];
        expect(new Set(chosen).size).toBe(Math.min(k, n));
        const volumeOf = (which: readonly number[]) => hypervolume(rows(cloud, which), which.length, m, corner);
        chosen.forEach((index, round) => {
          const before = chosen.slice(0, round);
          const others = [...Array(n).keys()].filter((i) => !before.includes(i));
          const best = Math.max(...others.map((i) => volumeOf([...before, i])));
          expect(volumeOf([...before, index])).toBe(best);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(clouds(value, 20), fc.nat({ max: 20 }), fc.nat(), (cloud, k, turn) => {
        const { points, n, m } = cloud;
        const corner = Array.from({ length: m }, () => 4);
        const shift = [...Array(n).keys()].map((i) => (i + turn) % n);
        const one = [...hypervolumeSubset(points, n, m, corner, k)];
        const two = [...hypervolumeSubset(rows(cloud, shift), n, m, corner, k)].map((i) => shift[i] as number);
        // −0 equals 0 here.
        expect(rows(cloud, two).map((x) => x + 0)).toEqual(rows(cloud, one).map((x) => x + 0));
      }),
    );
  });

  it('is total: infinite points, infinite and overflowing references, more than there is', () => {
    const inf = Float64Array.of(-Infinity, 3, 0, 2, 2, 0, 3, -Infinity, Infinity, Infinity);
    expect([...hypervolumeSubset(inf, 5, 2, [Infinity, Infinity], 9)].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([...hypervolumeSubset(inf, 5, 2, [4, 4], 4)]).not.toContain(4);
    const huge = Float64Array.of(-1.7e308, 1e308, 0, 0, 1e308, -1.7e308, 0, 0, 0);
    expect([...hypervolumeSubset(huge, 3, 3, [1.7e308, 1.7e308, 1.7e308], 3)].sort()).toEqual([0, 1, 2]);
    expect([...hypervolumeSubset(new Float64Array(), 0, 2, [1, 1], 3)]).toEqual([]);
    const tiny = Float64Array.of(0, 2e-300, 1e-300, 1e-300, 2e-300, 0);
    expect([...hypervolumeSubset(tiny, 3, 2, [3e-300, 3e-300], 1)]).toEqual([1]);
  });
});

describe('crowdingDistance', () => {
  it('equals Optuna and pymoo', () => {
    for (const [n, m, points, expected] of fixture.crowding) {
      const actual = crowdingDistance(read(points), n, m);
      read(expected).forEach((distance, i) => {
        if (Number.isFinite(distance)) expect(actual[i]).toBeCloseTo(distance, 12);
        else expect(actual[i]).toBe(distance);
      });
    }
    expect(fixture.crowding.length).toBe(40);
  });

  it('is never NaN, and infinite at the ends of every objective that tells points apart', () => {
    fc.assert(
      fc.property(clouds(value), ({ points, n, m }) => {
        const distances = crowdingDistance(points, n, m);
        expect(distances.every((d) => d >= 0)).toBe(true);
        for (let i = 0; i < m && n > 0; i++) {
          const column = Array.from({ length: n }, (_, row) => points[row * m + i] as number);
          const low = Math.min(...column);
          if (low === Math.max(...column)) continue;
          expect(column.some((x, row) => x === low && distances[row] === Infinity)).toBe(true);
        }
      }),
    );
  });

  it('knows the textbook case and columns without information', () => {
    expect([...crowdingDistance(Float64Array.of(0, 2, 1, 1, 2, 0), 3, 2)]).toEqual([Infinity, 2, Infinity]);
    expect([...crowdingDistance(Float64Array.of(1, 1, 1, 1), 2, 2)]).toEqual([0, 0]);
    expect([...crowdingDistance(new Float64Array(), 0, 2)]).toEqual([]);
  });
});
