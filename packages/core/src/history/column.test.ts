import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Distribution } from '../distribution/distribution.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { Column, growFloats, growInts } from './column.ts';

const dists: readonly Distribution[] = [float(0, 1), float(0, 2), float(0, 1, { step: 0.5 }), float(0, 1)];

type Change = { readonly row: number; readonly x: number; readonly dist: number } | { readonly clear: number };

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    fc.record({ row: fc.nat(60), x: fc.double({ min: 0, max: 1, noNaN: true }), dist: fc.nat(dists.length - 1) }),
    fc.record({ clear: fc.nat(80) }),
  ),
);

it('remembers the last value and distribution of every row', () => {
  fc.assert(
    fc.property(fc.nat(dists.length - 1), changes, (first, list) => {
      const column = new Column(dists[first] as Distribution);
      const model = new Map<number, { x: number; dist: Distribution }>();
      for (const change of list) {
        if ('clear' in change) {
          column.clear(change.clear);
          model.delete(change.clear);
          continue;
        }
        const dist = dists[change.dist] as Distribution;
        column.set(change.row, change.x, dist);
        model.set(change.row, { x: change.x, dist });
      }
      for (let row = 0; row < 100; row++) {
        expect(column.get(row)).toBe(model.get(row)?.x ?? Number.NaN);
        expect(column.distribution(row)).toEqual(model.get(row)?.dist);
      }
      expect(column.dists.length).toBeLessThanOrEqual(3); // equal distributions are stored once
    }),
  );
});

it('returns the distribution object that was set', () => {
  const [one, two] = [int(0, 9), categorical(['a'])];
  const column = new Column(one);
  column.set(3, 5, one);
  column.set(40, 0, two);
  expect(column.distribution(3)).toBe(one);
  expect(column.distribution(40)).toBe(two);
  expect(column.distribution(4)).toBeUndefined();
});

it('can be read at any row of the table', () => {
  const column = new Column(float(0, 1));
  column.set(2, 0.5, float(0, 1));
  expect([column.get(2), column.get(3), column.get(1000)]).toEqual([0.5, Number.NaN, Number.NaN]);
});

it('grows arrays without losing what is in them', () => {
  expect([...growFloats(Float64Array.of(1, 2), 3)]).toEqual([1, 2, 0]);
  expect([...growInts(Int32Array.of(1, 2), 3)]).toEqual([1, 2, 0]);
});
