import type { TrialHistory } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { compareMerit, type Merit } from '../outcome/merit.ts';
import { outcomeOf } from './outcome.ts';

describe('outcomeOf', () => {
  /** The members that `outcomeOf` reads. */
  function history(trial: {
    readonly state: string;
    readonly value?: number;
    readonly violation?: number;
    readonly reports?: readonly (readonly [number, number])[];
    readonly failure?: string;
    readonly direction?: string;
    readonly sem?: number;
  }): TrialHistory {
    return {
      directions: [trial.direction ?? 'minimize'],
      state: () => trial.state,
      values: () => Float64Array.of(trial.value ?? Number.NaN),
      violation: Float64Array.of(trial.violation ?? Number.NaN),
      reports: () => ({
        steps: (trial.reports ?? []).map(([step]) => step),
        values: (trial.reports ?? []).map(([, value]) => value),
      }),
      sem: () => (trial.sem === undefined ? null : [trial.sem]),
      failure: () => (trial.failure === undefined ? null : { code: trial.failure }),
    } as unknown as TrialHistory;
  }

  it('ranks failed trials and NaN equally behind all others', () => {
    const others = [
      { state: 'complete', value: 5 },
      { state: 'complete', value: -9, violation: 2 },
      { state: 'pruned', reports: [[3, 2]] },
      { state: 'pruned' },
    ] as const;
    const failed = outcomeOf(0, history({ state: 'fail', failure: 'error' })) as Merit;
    for (const trial of others) expect(compareMerit(outcomeOf(0, history(trial)) as Merit, failed)).toBeLessThan(0);
    expect(outcomeOf(0, history({ state: 'complete' }))).toEqual(failed);
    expect(outcomeOf(0, history({ state: 'fail' }))).toEqual(failed);
  });

  it('ranks an uncertain value behind an equal certain one, in both directions, and an infeasible one by its violation', () => {
    for (const direction of ['minimize', 'maximize']) {
      const certain = outcomeOf(0, history({ state: 'complete', value: 3, direction })) as Merit;
      const uncertain = outcomeOf(0, history({ state: 'complete', value: 3, sem: 0.5, direction })) as Merit;
      expect(compareMerit(certain, uncertain)).toBeLessThan(0);
      expect(uncertain.loss - certain.loss).toBe(0.5);
    }
    const infeasible = { state: 'complete', value: 3, violation: 2 } as const;
    expect(outcomeOf(0, history({ ...infeasible, sem: 0.5 }))).toEqual(outcomeOf(0, history(infeasible)));
  });

  it('ignores trials of lost workers', () => {
    expect(outcomeOf(0, history({ state: 'fail', failure: 'lost' }))).toBeNull();
  });
});
