import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededOrder } from './cell-order.ts';
import { CellSet } from './cell-set.ts';
import type { Grid } from './grid.ts';
import { Search } from './search.ts';

const total = 40;

function gridOf(cells: number, forbidden: ReadonlySet<number>): Grid {
  const part: Pick<Grid, 'total' | 'allows'> = { total: cells, allows: (cell) => !forbidden.has(cell) };
  return part as Grid;
}

const cell = fc.nat(total - 1);
/** One ask: some running cells end as tried, some are given up; then the first free one is taken or not. */
const turn = fc.record({
  tell: fc.array(fc.nat(), { maxLength: 2 }),
  lose: fc.array(fc.nat(), { maxLength: 1 }),
  outside: fc.option(cell),
  clone: fc.boolean(),
});

describe('Search', () => {
  it('finds what a search from the beginning would find, whatever is told, lost, or tried by others', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.uniqueArray(cell),
        fc.array(turn, { minLength: 5, maxLength: 60, size: 'max' }),
        (seed, forbidden, turns) => {
          const order = seededOrder(total, seed);
          const grid = gridOf(total, new Set(forbidden));
          const tried = new CellSet(total);
          const taken = new Set<number>();
          let search = new Search(order);
          for (const { tell, lose, outside, clone } of turns) {
            for (const pick of tell) {
              const done = [...taken][pick % Math.max(1, taken.size)];
              if (done !== undefined && taken.delete(done)) tried.add(done);
            }
            for (const pick of lose) taken.delete([...taken][pick % Math.max(1, taken.size)] ?? -1);
            if (outside !== null) tried.add(outside);
            if (clone) search = search.clone();
            const free = (c: number) => !tried.has(c) && !taken.has(c) && grid.allows(c);
            const expected = Array.from({ length: total }, (_, k) => order(k)).find(free) ?? -1;
            expect(search.next(grid, tried, taken)).toBe(expected);
            if (expected >= 0) taken.add(expected);
          }
        },
      ),
    );
  });

  it('looks at each cell about once, even with a straggler that never ends', () => {
    const cells = 5000;
    let looks = 0;
    const order = (position: number) => {
      looks++;
      return position;
    };
    const grid = gridOf(cells, new Set());
    const tried = new CellSet(cells);
    const search = new Search(order);
    const straggler = search.next(grid, tried, new Set());
    for (let k = 1; k < cells; k++) {
      const next = search.next(grid, tried, new Set([straggler]));
      expect(next).toBe(k);
      tried.add(next);
    }
    expect(search.next(grid, tried, new Set([straggler]))).toBe(-1);
    expect(looks).toBeLessThan(2.1 * cells);
  });
});
