import { hypervolume } from '@asktell/numerics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Boxes, freeBoxes } from './boxes.ts';

const side = 4;
const level = fc.integer({ min: 0, max: side - 1 });
const triples = fc.array(fc.tuple(level, level, level), { maxLength: 15 });

/** The points that no other one dominates, each of them once, one after the other. */
function frontOf(points: readonly (readonly number[])[]): Float64Array {
  const different = [...new Map(points.map((point) => [point.join(), point])).values()];
  const kept = different.filter(
    (point) => !different.some((other) => other !== point && other.every((value, k) => value <= (point[k] as number))),
  );
  return Float64Array.from(kept.flat());
}

/** Low and high corner of a box in a front whose reference is (side, side, side), cut off at -1. */
function corners(boxes: Boxes, b: number, front: Float64Array): { readonly low: number[]; readonly high: number[] } {
  const n = front.length / 3;
  const bound = (i: number, k: number): number => (i > n ? -1 : i === n ? side : (front[3 * i + k] as number));
  const { lowFirst, highFirst, highSecond, lowThird, highThird } = boxes;
  return {
    low: [bound(lowFirst[b] as number, 0), -1, bound(lowThird[b] as number, 2)],
    high: [bound(highFirst[b] as number, 0), bound(highSecond[b] as number, 1), bound(highThird[b] as number, 2)],
  };
}

it('the boxes contain each free cell once, and no other one', () => {
  fc.assert(
    fc.property(triples, (points) => {
      // Equal and dominated points change nothing.
      const front = Float64Array.from(points.flat());
      const boxes = freeBoxes(front);
      const all = Array.from({ length: boxes.size }, (_, b) => corners(boxes, b, front));
      for (let cell = 0; cell < (side + 1) ** 3; cell++) {
        const low = [cell % (side + 1), Math.floor(cell / (side + 1)) % (side + 1), Math.floor(cell / (side + 1) ** 2)];
        const at = low.map((value) => value - 1);
        const isDominated = points.some((point) => point.every((value, k) => value <= (at[k] as number)));
        const holding = all.filter((box) =>
          at.every((value, k) => value >= (box.low[k] as number) && value < (box.high[k] as number)),
        );
        expect(holding).toHaveLength(isDominated ? 0 : 1);
      }
    }),
  );
});

it('there are at most two boxes per point and one, with what the front does not dominate', () => {
  const position = fc.double({ min: 0, max: side, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(position, position, position), { maxLength: 40 }), (points) => {
      const front = frontOf(points);
      const n = front.length / 3;
      const boxes = freeBoxes(front);
      expect(boxes.size).toBeLessThanOrEqual(2 * n + 1);
      let volume = 0;
      for (let b = 0; b < boxes.size; b++) {
        const { low, high } = corners(boxes, b, front);
        volume += high.reduce((product, value, k) => product * (value - (low[k] as number)), 1);
      }
      expect(volume + hypervolume(front, n, 3, [side, side, side])).toBeCloseTo((side + 1) ** 3, 9);
    }),
  );
});
