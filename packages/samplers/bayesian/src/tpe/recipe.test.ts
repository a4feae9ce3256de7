import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodCount, optunaRecipe, ownRecipe } from './recipe.ts';

const counts = fc.nat(400).chain((n) => fc.tuple(fc.constant(n), fc.nat(n)));

describe('goodCount', () => {
  it('is a tenth of the trials, up to the limit', () => {
    const recipe = ownRecipe(1);
    expect([1, 10, 11, 200, 1000].map((n) => goodCount(recipe, n))).toEqual([1, 1, 2, 20, 25]);
  });

  it('is at most half the number of trials that were not pruned, or two', () => {
    const recipe = ownRecipe(1);
    const pruned = [0, 100, 180, 185, 197, 200];
    expect(pruned.map((count) => goodCount(recipe, 200, count))).toEqual([20, 20, 10, 8, 2, 2]);
    fc.assert(
      fc.property(counts, ([n, count]) => {
        expect(goodCount(recipe, n, count)).toBeLessThanOrEqual(goodCount(recipe, n));
      }),
    );
  });

  it('ignores with Optuna’s recipe how many trials were pruned', () => {
    const recipe = optunaRecipe(1);
    fc.assert(
      fc.property(counts, ([n, count]) => {
        const unpruned = n - count;
        fc.pre(unpruned > 0);
        expect(goodCount(recipe, n, count)).toBe(goodCount(recipe, n));
      }),
    );
  });
});
