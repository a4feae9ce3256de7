import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededOrder } from './cell-order.ts';
import { CellSearch } from './cell-search.ts';

const total = 40;

const cell = fc.nat(total - 1);
/** One ask: some taken cells become tried, some are released, and then the first free cell is taken. */
const turn = fc.record({
  tell: fc.array(fc.nat(), { maxLength: 2 }),
  lose: fc.array(fc.nat(), { maxLength: 1 }),
  outside: fc.option(cell),
  clone: fc.boolean(),
});

describe('CellSearch', () => {
  it('equals a search from the beginning when cells are told, lost or tried by others', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.uniqueArray(cell),
        fc.array(turn, { minLength: 5, maxLength: 60, size: 'max' }),
        (seed, forbidden, turns) => {
          const order = seededOrder(total, seed);
          const isForbidden = new Set(forbidden);
          const tried = new Set<number>();
          const taken = new Set<number>();
          let search = new CellSearch(order);
          for (const { tell, lose, outside, clone } of turns) {
            for (const pick of tell) {
              const done = [...taken][pick % Math.max(1, taken.size)];
              if (done !== undefined && taken.delete(done)) tried.add(done);
            }
            for (const pick of lose) taken.delete([...taken][pick % Math.max(1, taken.size)] ?? -1);
            if (outside !== null) tried.add(outside);
            if (clone) search = search.clone();
            const free = (c: number) => !tried.has(c) && !taken.has(c) && !isForbidden.has(c);
            const expected = Array.from({ length: total }, (_, k) => order(k)).find(free) ?? -1;
            const isGone = (c: number) => tried.has(c) || isForbidden.has(c);
            expect(search.next(total, isGone, (c) => taken.has(c))).toBe(expected);
            if (expected >= 0) taken.add(expected);
          }
        },
      ),
    );
  });

  it('visits each cell about once, even when one trial never finishes', () => {
    const cells = 5000;
    let looks = 0;
    const order = (position: number) => {
      looks++;
      return position;
    };
    const tried = new Set<number>();
    const search = new CellSearch(order);
    const isGone = (c: number) => tried.has(c);
    const straggler = search.next(cells, isGone, () => false);
    const isTaken = (c: number) => c === straggler;
    for (let k = 1; k < cells; k++) {
      const next = search.next(cells, isGone, isTaken);
      expect(next).toBe(k);
      tried.add(next);
    }
    expect(search.next(cells, isGone, isTaken)).toBe(-1);
    expect(looks).toBeLessThan(2.1 * cells);
  });
});
