import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellSet } from './cell-set.ts';

describe.each([
  ['bits', 1000],
  ['a hash set', 2 ** 40],
])('CellSet as %s', (_, total) => {
  const cells = fc.array(fc.integer({ min: 0, max: total - 1 }));

  it('contains exactly the added cells', () => {
    fc.assert(
      fc.property(cells, cells, (added, asked) => {
        const set = new CellSet(total);
        for (const cell of added) set.add(cell);
        const model = new Set(added);
        expect(set.size).toBe(model.size);
        for (const cell of [...added, ...asked]) expect(set.has(cell)).toBe(model.has(cell));
      }),
    );
  });

  it('clones independently', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 0, max: total - 1 }), (added, more) => {
        const set = new CellSet(total);
        for (const cell of added) set.add(cell);
        const copy = set.clone();
        const before = set.has(more);
        copy.add(more);
        expect([set.has(more), copy.has(more), copy.size - set.size]).toEqual([before, true, before ? 0 : 1]);
      }),
    );
  });
});
