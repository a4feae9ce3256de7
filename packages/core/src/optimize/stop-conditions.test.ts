import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { allOf, anyOf, elapsed, noImprovement, type StudyProgress, targetReached } from './stop-conditions.ts';

const progress = (fields: Partial<StudyProgress>): StudyProgress => ({
  finished: 0,
  bestValue: undefined,
  bestTrial: undefined,
  sinceImprovement: 0,
  elapsedMs: 0,
  directions: ['minimize'],
  ...fields,
});

describe('stop conditions', () => {
  it('noImprovement counts complete trials since the best one', () => {
    const stop = noImprovement(3);
    expect(stop(progress({ sinceImprovement: 9 }))).toBe(false); // there is no best one yet
    expect(stop(progress({ bestTrial: 0, sinceImprovement: 2 }))).toBe(false);
    expect(stop(progress({ bestTrial: 0, sinceImprovement: 3 }))).toBe(true);
  });

  it('targetReached follows the direction of the study', () => {
    expect(targetReached(1)(progress({}))).toBe(false);
    expect([0.5, 1, 1.5].map((bestValue) => targetReached(1)(progress({ bestValue })))).toEqual([true, true, false]);
    const up = { directions: ['maximize'] } as const;
    expect([0.5, 1, 1.5].map((bestValue) => targetReached(1)(progress({ bestValue, ...up })))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('elapsed, anyOf, allOf', () => {
    expect([9, 10].map((elapsedMs) => elapsed(10)(progress({ elapsedMs })))).toEqual([false, true]);
    const [yes, no] = [() => true, () => false];
    expect([anyOf(no, yes), anyOf(no, no), anyOf()].map((stop) => stop(progress({})))).toEqual([true, false, false]);
    expect([allOf(yes, yes), allOf(no, yes), allOf()].map((stop) => stop(progress({})))).toEqual([true, false, false]);
    const nested = allOf(elapsed(10), anyOf(targetReached(0), noImprovement(5)));
    expect(nested(progress({ elapsedMs: 20, bestValue: 1, bestTrial: 0, sinceImprovement: 5 }))).toBe(true);
  });

  it.each([
    () => noImprovement(0),
    () => noImprovement(1.5),
    () => noImprovement('3' as never),
    () => targetReached(Number.NaN),
    () => targetReached('0' as never),
    () => elapsed(-1),
    () => elapsed(Number.NaN),
    () => anyOf(5 as never),
    () => allOf(() => true, undefined as never),
  ])('refuses %s', async (make) => {
    await refused('invalid-argument', make);
  });
});
