import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointSet, pointKey } from './point-set.ts';

describe('PointSet', () => {
  it('is a set whose clones are independent', () => {
    const keys = fc.array(fc.nat(2000), { maxLength: 900 });
    fc.assert(
      fc.property(keys, keys, keys, (before, here, there) => {
        const set = new PointSet();
        for (const key of before) set.add(key);
        const copy = set.clone();
        for (const key of here) set.add(key);
        for (const key of there) copy.add(key);
        const [inSet, inCopy] = [new Set([...before, ...here]), new Set([...before, ...there])];
        for (let key = 0; key <= 2000; key++) {
          expect(set.has(key)).toBe(inSet.has(key));
          expect(copy.has(key)).toBe(inCopy.has(key));
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('pointKey', () => {
  it('distinguishes points, but not different NaN, nor 0 and -0', () => {
    const seen = new Set<number>();
    for (let a = 0; a < 60; a++) {
      for (let b = 0; b < 60; b++) for (const c of [Number.NaN, 0, 0.1]) seen.add(pointKey(Float64Array.of(a, b, c)));
    }
    expect(seen.size).toBe(60 * 60 * 3);
    expect([...seen].every((key) => Number.isSafeInteger(key) && key >= 0)).toBe(true);
    expect(pointKey(Float64Array.of(-0, Number.NaN))).toBe(pointKey(Float64Array.of(0, -Number.NaN)));
    expect(pointKey(Float64Array.of(1, 2))).not.toBe(pointKey(Float64Array.of(2, 1)));
  });
});
