import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointLedger } from './point-ledger.ts';

function first(ledger: PointLedger, taken: ReadonlySet<number>, count: number): number[] {
  const out: number[] = [];
  for (const index of ledger.fresh(taken)) {
    out.push(index);
    if (out.length === count) break;
  }
  return out;
}

describe('PointLedger', () => {
  it('knows what a list of all spent points would know', () => {
    const index = fc.nat(40);
    fc.assert(
      fc.property(fc.array(index), fc.uniqueArray(index), fc.nat(40), (spent, taken, useless) => {
        const isUsable = (i: number): boolean => i % 41 !== useless;
        let ledger = new PointLedger();
        for (const [k, i] of spent.entries()) {
          ledger.spend(i, isUsable);
          if (k % 5 === 4) ledger = ledger.clone();
        }
        const end = Math.max(-1, ...spent) + 1;
        const expected = Array.from({ length: 60 }, (_, i) => i).filter(
          (i) => !spent.includes(i) && !taken.includes(i) && (i >= end || isUsable(i)),
        );
        expect(first(ledger, new Set(taken), 15)).toEqual(expected.slice(0, 15));
      }),
    );
  });

  it('is copied independently', () => {
    const one = new PointLedger();
    one.spend(2, () => true);
    const two = one.clone();
    two.spend(0, () => true);
    one.spend(5, () => true);
    expect(first(one, new Set(), 5)).toEqual([0, 1, 3, 4, 6]);
    expect(first(two, new Set(), 5)).toEqual([1, 3, 4, 5, 6]);
  });
});
