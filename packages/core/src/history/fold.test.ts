import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FinishOrder } from './finish-order.ts';
import { Fold } from './fold.ts';
import type { StateFold } from './state-fold.ts';

/** A fold whose state is the list of absorbed rows. */
function listing(clone: boolean): StateFold<number[], null> {
  return {
    init: () => [],
    absorb: (state, row) => void state.push(row),
    ...(clone ? { clone: (state: number[]) => [...state] } : {}),
  };
}

/** A fold that counts the calls of `absorb`. */
function counting(clone: boolean): { readonly fold: StateFold<null, null>; absorbed: number } {
  const count = {
    absorbed: 0,
    fold: {
      init: () => null,
      absorb: () => void count.absorbed++,
      ...(clone ? { clone: () => null } : {}),
    } as StateFold<null, null>,
  };
  return count;
}

type Event = { readonly insert: number } | { readonly ask: number };

/** Inserts at the end or `insert` positions earlier, and reads at a fraction `ask` of the current size. */
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Event>({ insert: 0 }) },
    { weight: 1, arbitrary: fc.nat(300).map((insert): Event => ({ insert })) },
    { weight: 2, arbitrary: fc.constant<Event>({ ask: 1 }) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((ask): Event => ({ ask })) },
  ),
  { maxLength: 900, size: 'max' },
);

function insert<S>(order: FinishOrder, fold: Fold<S, null>, row: number, stamp: number): void {
  const position = order.insert(row, stamp);
  if (position < order.size - 1) fold.invalidate(position);
}

describe.each([true, false])('a fold, with clone: %s', (clone) => {
  it('equals folding from scratch after any inserts and reads', () => {
    fc.assert(
      fc.property(events, (list) => {
        const order = new FinishOrder();
        const fold = new Fold(order, listing(clone), null);
        list.forEach((event, row) => {
          if ('insert' in event) {
            insert(order, fold, row, Math.max(0, row - event.insert));
            return;
          }
          const position = Math.round(order.size * event.ask);
          expect(fold.at(position)).toEqual([...order.prefix(position)]);
        });
        for (const position of [order.size, 0, order.size >> 1, order.size])
          expect(fold.at(position)).toEqual([...order.prefix(position)]);
      }),
      { numRuns: 60 },
    );
  });

  it('absorbs every trial once when none arrives late', () => {
    const order = new FinishOrder();
    const count = counting(clone);
    const fold = new Fold(order, count.fold, null);
    for (let row = 0; row < 1000; row++) {
      order.insert(row, row);
      fold.at(row + 1);
      fold.at(row + 1);
    }
    expect(count.absorbed).toBe(1000);
  });
});

it('reads the same earlier position again without absorbing', () => {
  const order = new FinishOrder();
  const count = counting(false);
  const fold = new Fold(order, count.fold, null);
  for (let row = 0; row < 100; row++) order.insert(row, row);
  fold.at(100);
  count.absorbed = 0;
  for (let suggest = 0; suggest < 10; suggest++) fold.at(98);
  fold.at(99);
  expect(count.absorbed).toBe(99);
});

describe('checkpoints', () => {
  it('limit the work after a late arrival and for earlier positions', () => {
    const order = new FinishOrder();
    const count = counting(true);
    const fold = new Fold(order, count.fold, null);
    for (let row = 0; row < 1000; row++) order.insert(row, row);
    fold.at(1000);
    count.absorbed = 0;
    fold.at(990);
    expect(count.absorbed).toBeLessThanOrEqual(128);
    count.absorbed = 0;
    insert(order, fold, 1000, 980.5);
    fold.at(1001);
    expect(count.absorbed).toBeLessThanOrEqual(256);
  });

  it('are copies that do not change when later trials are absorbed', () => {
    const order = new FinishOrder();
    const states: number[][] = [];
    const clone = (state: number[]): number[] => {
      const copy = [...state];
      states.push(copy);
      return copy;
    };
    const fold = new Fold(order, { ...listing(true), clone }, null);
    for (let row = 0; row < 300; row++) order.insert(row, row);
    fold.at(300);
    expect(states.map((state) => state.length)).toEqual([128, 256]);
    expect(fold.at(130)).toHaveLength(130);
    expect(states.slice(0, 2).map((state) => state.length)).toEqual([128, 256]);
  });
});
