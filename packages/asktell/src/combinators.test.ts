import { isAsktellError, type Pruner, type StopCondition, type StudyProgress } from '@asktell/core';
import { MedianPruner, ThresholdPruner } from '@asktell/pruners';
import { describe, expect, it } from 'vitest';
import { allOf, anyOf } from './combinators.ts';

const [always, never]: readonly [StopCondition, StopCondition] = [() => true, () => false];
const progress = {} as StudyProgress;

describe('anyOf and allOf', () => {
  it('combine stop conditions', () => {
    expect([anyOf(never, always)(progress), anyOf(never, never)(progress)]).toEqual([true, false]);
    expect([allOf(always, always)(progress), allOf(never, always)(progress)]).toEqual([true, false]);
  });

  it('combine pruners', () => {
    const [any, all]: readonly Pruner[] = [
      anyOf(new MedianPruner(), new ThresholdPruner({ upper: 1 })),
      allOf(new MedianPruner(), new ThresholdPruner({ upper: 1 })),
    ];
    expect([any?.name, all?.name]).toEqual(['any-of', 'all-of']);
  });

  it.each([
    ['a mixture', [new MedianPruner(), always], 'is not a pruner'],
    ['a mixture, the other way', [always, new MedianPruner()], 'is not a pruner'],
    ['a number', [5], '5'],
    ['null', [null], 'null'],
  ])('refuse %s', (_, parts, text) => {
    for (const combine of [anyOf, allOf] as readonly ((...parts: unknown[]) => unknown)[]) {
      try {
        combine(...parts);
        expect.unreachable();
      } catch (error) {
        expect(isAsktellError(error, 'invalid-argument')).toBe(true);
        expect((error as Error).message).toContain(text);
      }
    }
  });
});
