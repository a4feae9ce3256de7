import { rngFor } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, type GoodList, RankedList } from './good-list.ts';
import { ParetoList } from './pareto-list.ts';
import type { Standing } from './standing.ts';

const none = new Float64Array(0);

function entry(age: number, standing: Partial<Standing>, losses: readonly number[] = []): Entry {
  const full: Standing = { group: 'complete', first: 0, second: 0, ...standing };
  return { age, standing: full, losses: Float64Array.from(losses), codes: none };
}

const ages = (list: GoodList, count: number): number[] => list.best(count).map(({ age }) => age);

describe('RankedList', () => {
  it('sorts complete before pruned before infeasible trials and rejects failed ones', () => {
    const list = new RankedList(25);
    list.insert(entry(0, { group: 'failed' }));
    list.insert(entry(1, { group: 'infeasible', first: 0.1 }));
    list.insert(entry(2, { group: 'pruned', first: -3, second: 9 }));
    list.insert(entry(3, { group: 'pruned', first: -4, second: 10 }));
    list.insert(entry(4, { first: Number.POSITIVE_INFINITY }));
    list.insert(entry(5, { first: 2 }));
    list.insert(entry(6, { group: 'pruned', first: -4, second: 8 }));
    expect(ages(list, 25)).toEqual([5, 4, 6, 3, 2, 1]);
  });

  it('keeps the best of all inserted entries, older ones first among equals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 80 }), fc.nat(12), (values, count) => {
        const list = new RankedList(12);
        values.forEach((first, age) => {
          list.insert(entry(age, { first }));
        });
        const sorted = values.map((first, age) => ({ first, age })).sort((a, b) => a.first - b.first || a.age - b.age);
        expect(ages(list, count)).toEqual(sorted.slice(0, count).map(({ age }) => age));
      }),
    );
  });

  it('clones independently', () => {
    const list = new RankedList(1);
    list.insert(entry(0, { first: 1 }));
    const copy = list.clone();
    list.insert(entry(2, { first: 0 }));
    expect(ages(copy, 1)).toEqual([0]);
    expect(ages(list, 1)).toEqual([2]);
  });
});

describe('ParetoList', () => {
  it('selects whole fronts, then the largest hypervolume gains, then the least infeasible trials', () => {
    const list = new ParetoList(100);
    list.insert(entry(0, { group: 'infeasible', first: 1 }, [0, 0]));
    list.insert(entry(1, {}, [1, 9]));
    list.insert(entry(2, {}, [9, 1]));
    list.insert(entry(3, {}, [2, 10]));
    list.insert(entry(4, {}, [10, 2]));
    list.insert(entry(5, {}, [6, 6]));
    list.insert(entry(6, {}, [7, 7]));
    expect(ages(list, 3).sort()).toEqual([1, 2, 5]);
    expect(ages(list, 4)).toContain(6);
    expect(ages(list, 7).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(ages(list, 1)).toEqual([5]);
  });

  it('never prefers a dominated trial, also after entries were dropped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), { maxLength: 120 }),
        (points) => {
          const list = new ParetoList(5);
          points.forEach((losses, age) => {
            list.insert(entry(age, {}, losses));
          });
          const count = Math.min(5, points.length);
          const chosen = list.best(count);
          expect(chosen.length).toBe(count);
          const front = points.filter(([a, b]) => !points.some(([c, d]) => c <= a && d <= b && (c < a || d < b)));
          const inFront = chosen.filter(({ losses }) => front.some(([a, b]) => a === losses[0] && b === losses[1]));
          expect(inFront.length).toBe(Math.min(count, front.length));
        },
      ),
    );
  });

  it('drops entries without computing hypervolumes if there are more than two objectives', () => {
    const list = new ParetoList(100);
    const rng = rngFor(7, 0, 'front');
    // All points are on one front. Selection by hypervolume would take a minute.
    for (let age = 0; age < 900; age++) {
      const [a, b, c] = [rng.float(), rng.float(), rng.float()];
      list.insert(entry(age, {}, [a, b, c, 3 - a - b - c]));
    }
    expect(new Set(ages(list, 20)).size).toBe(20);
  });
});
