import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointLedger } from './point-ledger.ts';

function first(ledger: PointLedger, taken: ReadonlySet<number>, count: number): number[] {
  const out: number[] = [];
  for (const index of ledger.unused(taken)) {
    out.push(index);
    if (out.length === count) break;
  }
  return out;
}

describe('PointLedger', () => {
  it('matches a plain list of used points', () => {
    const index = fc.nat(40);
    fc.assert(
      fc.property(fc.array(index), fc.uniqueArray(index), fc.nat(40), (used, taken, useless) => {
        const isUsable = (i: number): boolean => i % 41 !== useless;
        let ledger = new PointLedger();
        for (const [k, i] of used.entries()) {
          ledger.markUsed(i, isUsable);
          if (k % 5 === 4) ledger = ledger.clone();
        }
        const end = Math.max(-1, ...used) + 1;
        const expected = Array.from({ length: 60 }, (_, i) => i).filter(
          (i) => !used.includes(i) && !taken.includes(i) && (i >= end || isUsable(i)),
        );
        expect(first(ledger, new Set(taken), 15)).toEqual(expected.slice(0, 15));
      }),
    );
  });

  it('clones independently', () => {
    const one = new PointLedger();
    one.markUsed(2, () => true);
    const two = one.clone();
    two.markUsed(0, () => true);
    one.markUsed(5, () => true);
    expect(first(one, new Set(), 5)).toEqual([0, 1, 3, 4, 6]);
    expect(first(two, new Set(), 5)).toEqual([1, 3, 4, 5, 6]);
  });
});
