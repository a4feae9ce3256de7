import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Branch, CellTree } from './cell-tree.ts';

/** Random shapes of conditional spaces: each parameter depends on an earlier one or is unconditional. */
const shape = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.option(fc.tuple(fc.nat(), fc.nat()))), { maxLength: 6 })
  .map((params) => ({
    sizes: params.map(([size]) => size),
    branches: params.map(([, parent], i): Branch | null => {
      if (parent === null || i === 0) return null;
      const param = parent[0] % i;
      return { param, digit: parent[1] % (params[param] as readonly [number, unknown])[0] };
    }),
  }));

/** All assignments by brute force, the last parameter fastest. A parameter is absent (-1) unless its branch is active. */
function assignments(sizes: readonly number[], branches: readonly (Branch | null)[]): number[][] {
  let rows: number[][] = [[]];
  sizes.forEach((size, i) => {
    const branch = branches[i] ?? null;
    rows = rows.flatMap((row) =>
      branch !== null && row[branch.param] !== branch.digit
        ? [[...row, -1]]
        : Array.from({ length: size }, (_, digit) => [...row, digit]),
    );
  });
  return rows;
}

describe('CellTree', () => {
  it('numbers exactly the assignments of a conditional space and decode is the inverse of encode', () => {
    fc.assert(
      fc.property(shape, ({ sizes, branches }) => {
        const tree = new CellTree(sizes, branches);
        const digits = new Int32Array(sizes.length);
        const cells = Array.from({ length: tree.total }, (_, cell) => Array.from(tree.decode(cell, digits)));
        expect(cells.map((row) => tree.encode(row))).toEqual(Array.from(cells.keys()));
        const sorted = (rows: readonly (readonly number[])[]) => rows.map((row) => row.join()).sort();
        expect(sorted(cells)).toEqual(sorted(assignments(sizes, branches)));
      }),
    );
  });

  it('numbers cells like nested loops, the last parameter fastest', () => {
    const tree = new CellTree([2, 3], [null, null]);
    const cells = Array.from({ length: 6 }, (_, cell) => Array.from(tree.decode(cell, new Int32Array(2))).join(''));
    expect(cells).toEqual(['00', '01', '02', '10', '11', '12']);
  });

  it('adds the branches of a choice and multiplies within a branch', () => {
    // model: svm { c: 3 } | forest { trees: 4, depth: 2 } | none, next to lr: 5
    const tree = new CellTree(
      [3, 3, 4, 2, 5],
      [null, { param: 0, digit: 0 }, { param: 0, digit: 1 }, { param: 0, digit: 1 }, null],
    );
    expect(tree.total).toBe((3 + 4 * 2 + 1) * 5);
  });

  it('has one cell without parameters and none when a required parameter has no values', () => {
    expect(new CellTree([], []).total).toBe(1);
    expect(new CellTree([2, 0], [null, null]).total).toBe(0);
    // A parameter without values removes only the choice that it depends on.
    const tree = new CellTree([2, 0], [null, { param: 0, digit: 0 }]);
    expect(tree.total).toBe(1);
    expect(Array.from(tree.decode(0, new Int32Array(2)))).toEqual([1, -1]);
  });

  it('returns -1 for assignments that lack a digit', () => {
    const tree = new CellTree([2, 3], [null, { param: 0, digit: 1 }]);
    expect(tree.encode([-1, 0])).toBe(-1);
    expect(tree.encode([1, -1])).toBe(-1);
    expect(tree.encode([0, 2])).toBe(0); // not active, not read
  });

  it('is exact for grids of 2^52 cells', () => {
    const sizes = new Array<number>(52).fill(2);
    const tree = new CellTree(
      sizes,
      sizes.map(() => null),
    );
    expect(tree.total).toBe(2 ** 52);
    for (const cell of [0, 1, 2 ** 52 - 1, 2 ** 51 + 12345678901])
      expect(tree.encode(tree.decode(cell, new Int32Array(52)))).toBe(cell);
  });
});
