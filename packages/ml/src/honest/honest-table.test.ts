import { createStudy, float, type Sampler } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it } from 'vitest';
import { holdOut } from './hold-out.ts';
import { type HonestRow, HonestTable } from './honest-table.ts';
import { overfitReport } from './overfit-report.ts';
import { walkForward } from './walk-forward.ts';

const unknown = Number.NaN;

function row(inSample: number, outOfSample: number, error: number, inError: number = unknown): HonestRow<object> {
  return {
    number: 0,
    params: {},
    inSample: { value: inSample, standardError: inError },
    outOfSample: { value: outOfSample, standardError: error },
    aboveBaseline: { value: outOfSample, standardError: error },
  };
}

const tableOf = (kind: 'candidates' | 'folds', rows: readonly HonestRow<object>[]): HonestTable<object> =>
  new HonestTable({ kind, direction: 'maximize', rows, tried: 9, expectedOptimism: unknown });

describe('HonestTable', () => {
  it('of folds: mean, standard error and the 95 % interval of Student with one degree less than folds', () => {
    const table = tableOf(
      'folds',
      [1, 2, 3, 6].map((value) => row(4, value, 0.1)),
    );
    // The variance of 1, 2, 3, 6 is 14/3; the 0.975 quantile of t with 3 degrees of freedom is 3.182446.
    const standardError = Math.sqrt(14 / 3 / 4);
    const half = 3.182446305 * standardError;
    const interval = (value: number) => ({
      value,
      standardError: expect.closeTo(standardError, 12),
      low: expect.closeTo(value - half, 6),
      high: expect.closeTo(value + half, 6),
    });
    expect(table.result).toEqual(interval(3));
    expect(table.effect).toEqual(interval(3));
    expect(table.optimism).toEqual(interval(1));
    expect(overfitReport(table)).toMatchObject({ claimsEffect: false, isOverfitted: false });
  });

  it('of candidates: the error of the optimism is that of both values', () => {
    const { optimism } = tableOf('candidates', [row(5, 3, 0.4, 0.3)]);
    expect(optimism).toMatchObject({ value: 2, standardError: 0.5, low: expect.closeTo(2 - 1.959964 * 0.5, 6) });
    expect(tableOf('candidates', [row(5, 3, 0.4)]).optimism.standardError, 'unknown in sample').toBe(0.4);
  });

  it('compares the order of many candidates with a bound for all comparisons together', () => {
    const others = Array.from({ length: 9 }, () => row(1, 0, 1));
    // A lead of 2.5 standard errors of the difference: beyond the bound of one comparison, 1.96, but not of ten, 2.81.
    const ahead = row(1, 2.5 * Math.SQRT2, 1);
    expect(tableOf('candidates', [row(2, 0, 1), ahead]).orderHolds).toBe(false);
    expect(tableOf('candidates', [row(2, 0, 1), ahead, ...others]).orderHolds).toBe(true);
  });

  it('does not call a rounding error an optimism', () => {
    const report = overfitReport(tableOf('candidates', [row(0.1 + 0.2, 0.3, 0.1)]));
    expect(report.sentences[1]).toBe('The result is the same in and out of sample.');
  });

  it('reports over-fitting only beyond the interval', () => {
    expect(overfitReport(tableOf('candidates', [row(5, 3, 1.1)]))).toMatchObject({ isOverfitted: false });
    expect(overfitReport(tableOf('candidates', [row(5, 3, 1)]))).toMatchObject({ isOverfitted: true });
  });
});

const sampler: Sampler = new RandomSampler();

it('holdOut leaves out infeasible trials, and infinite values say nothing about luck', async () => {
  const study = await createStudy({ sampler, space: { x: float(0, 1) }, seed: 1, direction: 'maximize' });
  await study.optimize(
    (trial) => {
      void trial.setConstraint('size', trial.number === 2 ? 1 : -1);
      return trial.number === 3 ? Number.NEGATIVE_INFINITY : trial.number;
    },
    { trials: 4 },
  );
  const table = await holdOut(study, () => [1, 2], { standardError: () => 1 });
  expect(table.rows.map(({ number }) => number)).toEqual([1, 0, 3]);
  expect(table.expectedOptimism).toBeGreaterThan(0);
});

it('a baseline without items is compared in the direction of the search', async () => {
  const search = () => ({ bestParams: {}, bestScore: 1, direction: 'minimize' }) as const;
  const table = await walkForward({ samples: 30, search, evaluate: () => 1, baseline: () => 3 });
  expect(table.effect?.value).toBe(2);
});
