import type { TrialHistory } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { compareStandings, type Standing, standingOf } from './standing.ts';

/** The members that `standingOf` reads. */
function history(direction: 'minimize' | 'maximize', value: number, sem: number | null, objectives = 1): TrialHistory {
  return {
    directions: Array.from({ length: objectives }, () => direction),
    state: () => 'complete',
    values: () => Float64Array.of(value),
    violation: Float64Array.of(Number.NaN),
    sem: () => (sem === null ? null : [sem]),
  } as unknown as TrialHistory;
}

describe('standingOf', () => {
  it('counts a value as worse by its standard error, in both directions, with one objective', () => {
    for (const direction of ['minimize', 'maximize'] as const) {
      const certain = standingOf(0, history(direction, 3, null)) as Standing;
      const uncertain = standingOf(0, history(direction, 3, 0.5)) as Standing;
      expect(compareStandings(certain, uncertain)).toBeLessThan(0);
      expect(uncertain.first - certain.first).toBe(0.5);
    }
    expect(standingOf(0, history('minimize', 3, 0.5, 2))).toEqual(standingOf(0, history('minimize', 3, null, 2)));
  });
});
