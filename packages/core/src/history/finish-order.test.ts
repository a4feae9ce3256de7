import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FinishOrder } from './finish-order.ts';

interface Entry {
  readonly row: number;
  readonly stamp: number;
}

/** Mostly ascending stamps, with ties and late arrivals. */
const entries: fc.Arbitrary<Entry[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(40), fc.constant(1)), { maxLength: 80 })
  .chain((late) =>
    fc
      .shuffledSubarray(
        late.map((_, i) => i),
        { minLength: late.length },
      )
      .map((rows) => late.map((by, i) => ({ row: rows[i] as number, stamp: Math.max(0, i - by) }))),
  );

const compare = (a: Entry, b: Entry): number => a.stamp - b.stamp || a.row - b.row;

it('orders by stamp, then row, independent of the order of insertion', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const order = new FinishOrder();
      const sorted: Entry[] = [];
      for (const entry of list) {
        const position = order.insert(entry.row, entry.stamp);
        sorted.push(entry);
        sorted.sort(compare);
        expect(position).toBe(sorted.indexOf(entry));
      }
      expect([...order.prefix(order.size)]).toEqual(sorted.map(({ row }) => row));
      expect(sorted.map((_, i) => order.row(i))).toEqual(sorted.map(({ row }) => row));
      for (let stamp = -1; stamp <= list.length + 1; stamp++)
        expect(order.countBefore(stamp)).toBe(sorted.filter((entry) => entry.stamp < stamp).length);
    }),
  );
});

it('returns prefixes without copying', () => {
  const order = new FinishOrder();
  expect([...order.prefix(0)]).toEqual([]);
  for (let row = 0; row < 100; row++) order.insert(row, row * 10);
  expect(order.prefix(3).buffer).toBe(order.prefix(50).buffer);
  expect([...order.prefix(3)]).toEqual([0, 1, 2]);
  expect([order.countBefore(10), order.countBefore(11), order.countBefore(1e9)]).toEqual([1, 2, 100]);
});
