import { hypervolume, nonDominatedRanks } from '@asktell/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInFrontShare } from './front-share.ts';
import { dominates, RankedFronts } from './ranked-fronts.ts';

const coordinate = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const points = fc
  .integer({ min: 1, max: 3 })
  .chain((m) => fc.array(fc.array(coordinate, { minLength: m, maxLength: m }), { minLength: 1, maxLength: 40 }));

function inserted(all: readonly (readonly number[])[]): RankedFronts {
  const fronts = new RankedFronts();
  for (const point of all) fronts.insert(Float64Array.from(point));
  return fronts;
}

const sorted = (all: Iterable<ArrayLike<number>>): string[] =>
  Array.from(all, (point) => Array.from(point).join(' ')).sort();

describe('RankedFronts', () => {
  it('ranks a point as a sort of all points does, in any order', () =>
    fc.assert(
      fc.property(points, ([point = [], ...others]) => {
        const m = point.length;
        const ranks = nonDominatedRanks(Float64Array.from([point, ...others].flat()), others.length + 1, m);
        const own = ranks[0] as number;
        for (const order of [others, [...others].reverse()]) {
          const { ahead, peers } = inserted(order).rank(Float64Array.from(point));
          expect(ahead).toBe(others.filter((_, i) => (ranks[i + 1] as number) < own).length);
          expect(sorted(peers)).toEqual(sorted(others.filter((_, i) => ranks[i + 1] === own)));
        }
      }),
      { numRuns: 300 },
    ));

  it('has independent copies', () => {
    const fronts = inserted([
      [1, 2],
      [2, 1],
    ]);
    const copy = fronts.clone();
    copy.insert(Float64Array.of(0, 0));
    expect([fronts.size, copy.size]).toEqual([2, 3]);
    expect([fronts, copy].map((each) => each.rank(Float64Array.of(1, 1)).ahead)).toEqual([0, 1]);
  });
});

describe('the share of a front', () => {
  it('is decided by dominance first, and then by the hypervolume that a point adds', () => {
    const fronts = inserted([
      [0, 10],
      [5, 5],
      [10, 0],
      [9, 9],
    ]);
    const isIn = (point: readonly number[], count: number): boolean =>
      isInFrontShare(fronts, Float64Array.from(point), count);
    expect([isIn([1, 1], 1), isIn([9, 10], 4), isIn([9, 10], 5)]).toEqual([true, false, true]);
    expect(isIn([2, 2], 1), 'a knee adds most').toBe(true);
    expect(isIn([4.9, 5.2], 2), 'a neighbour of another point adds little').toBe(false);
    expect(isIn([4.9, 5.2], 4)).toBe(true);
  });

  it('compares evenly spaced points of a large front', () => {
    const line = Array.from({ length: 5000 }, (_, i) => [i / 5000, 1 - i / 5000]);
    const fronts = inserted(line);
    expect(isInFrontShare(fronts, Float64Array.of(0.31, 0.6), 10)).toBe(true);
    expect(isInFrontShare(fronts, Float64Array.of(0.5, 0.5 + 1e-9), 10)).toBe(false);
  });

  it('always contains a point that dominates all others', () =>
    fc.assert(
      fc.property(points, (all) => {
        const finite = all.flat().filter(Number.isFinite);
        const best = all[0]?.map(() => Math.min(0, ...finite) - 1) ?? [];
        const others = all.filter((point) => dominates(Float64Array.from(best), Float64Array.from(point)));
        expect(
          hypervolume(
            Float64Array.from(best),
            1,
            best.length,
            best.map(() => 9),
          ),
        ).toBeGreaterThan(0);
        if (others.length === all.length)
          expect(isInFrontShare(inserted(others), Float64Array.from(best), 1)).toBe(true);
      }),
    ));
});
