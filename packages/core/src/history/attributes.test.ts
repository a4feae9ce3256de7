import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { Attributes } from './attributes.ts';

describe('attributes by row', () => {
  it('behave like one map per row', () => {
    const step = fc.oneof(
      fc.tuple(
        fc.nat(5),
        fc.constantFrom('a', 'b', 'c'),
        fc.constantFrom<Json>(0, -0, 1, Number.NaN, 'x', null, true, [1]),
      ),
      fc.nat(5),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const attributes = new Attributes();
        const model = new Map<number, Map<string, Json>>();
        for (const one of steps) {
          if (typeof one === 'number') {
            attributes.delete(one);
            model.delete(one);
          } else {
            const [row, key, value] = one;
            const attrs = (model.get(row) ?? new Map<string, Json>()).set(key, value);
            model.set(row, attrs);
            expect(attributes.set(row, key, value)).toEqual(attrs);
          }
          for (let row = 0; row <= 5; row++) expect(attributes.get(row)).toEqual(model.get(row) ?? null);
        }
      }),
    );
  });

  it('share one map between successive rows with the same single attribute', () => {
    const attributes = new Attributes();
    for (let row = 0; row < 4; row++) attributes.set(row, 'generation', row < 3 ? 0 : 1);
    expect(attributes.get(1)).toBe(attributes.get(0));
    expect(attributes.get(2)).toBe(attributes.get(0));
    expect(attributes.get(3)).toEqual(new Map([['generation', 1]]));
  });
});
