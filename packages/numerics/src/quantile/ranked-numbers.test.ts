import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RankedNumbers } from './ranked-numbers.ts';

function ranked(values: Iterable<number>): RankedNumbers {
  const out = new RankedNumbers();
  for (const value of values) out.insert(value);
  return out;
}

const below = (values: readonly number[], value: number): number => values.filter((each) => each < value).length;
const above = (values: readonly number[], value: number): number => values.filter((each) => each > value).length;

describe('RankedNumbers', () => {
  it('counts as the definition does, ties and infinities included', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(value), value, (values, probe) => {
        const all = ranked(values);
        expect([all.size, all.countBelow(probe), all.countAbove(probe)]).toEqual([
          values.length,
          below(values, probe),
          above(values, probe),
        ]);
      }),
    );
  });

  it.each([
    ['ascending', (i: number) => i],
    ['descending', (i: number) => -i],
    ['scattered', (i: number) => (i * 7919) % 4001],
    ['few values', (i: number) => (i * 7919) % 3],
    ['one value', () => 5],
  ])('counts across many chunks: %s', (_, at) => {
    const values = Array.from({ length: 4000 }, (_, i) => at(i));
    const all = ranked(values);
    for (const probe of [-4001, -2000.5, -1, 0, 0.5, 1, 2, 5, 1999, 1999.5, 3999, 4001])
      expect([all.countBelow(probe), all.countAbove(probe)]).toEqual([below(values, probe), above(values, probe)]);
  });

  it('leaves NaN out, and counts nothing when it is empty', () => {
    const all = ranked([Number.NaN]);
    expect([all.size, all.countBelow(0), all.countAbove(0)]).toEqual([0, 0, 0]);
  });

  it('is copied with all it holds, independently', () => {
    const one = ranked([1, 2, 3]);
    const two = one.clone();
    two.insert(0);
    one.insert(9);
    one.insert(9);
    expect([one.size, one.countBelow(1), one.countAbove(3)]).toEqual([5, 0, 2]);
    expect([two.size, two.countBelow(1), two.countAbove(3)]).toEqual([4, 1, 0]);
  });
});
