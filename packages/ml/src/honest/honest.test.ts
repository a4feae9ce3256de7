import { createStudy, float, MemoryStorage, type Sampler } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { expectedOptimism } from './expected-optimism.ts';
import { holdOut } from './hold-out.ts';
import { nestedCrossValidate } from './nested-cross-validate.ts';
import { overfitReport } from './overfit-report.ts';
import { spearman } from './rank-correlation.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';
import { walkForward } from './walk-forward.ts';

const sampler: Sampler = new RandomSampler();
const space = { x: float(0, 1) };

/** A study of `trials` whose values are `value(x)`. */
async function studyOf(
  value: (x: number, number: number) => number,
  trials = 30,
  direction: 'minimize' | 'maximize' = 'maximize',
) {
  const study = await createStudy({ sampler, space, seed: 1, direction, storage: new MemoryStorage() });
  await study.optimize((trial) => value(trial.params.x, trial.number), { trials });
  return study;
}

/** Deterministic noise with deviation about 1. */
const noise = (i: number): number => Math.sin(i * 12.9898) * Math.SQRT2;

describe('student-t', () => {
  it('equals scipy', () => {
    for (const { t, degrees, cdf } of fixture.student)
      expect(Math.abs(studentTCdf(t, degrees) - cdf)).toBeLessThan(1e-12);
  });

  it('quantiles invert the distribution', () => {
    for (const degrees of [1, 4, 30, Number.POSITIVE_INFINITY])
      for (const p of [0.01, 0.4, 0.975]) expect(studentTCdf(studentTQuantile(p, degrees), degrees)).toBeCloseTo(p, 11);
  });
});

describe('spearman', () => {
  it('handles order, reversal and ties', () => {
    expect(spearman([1, 2, 3], [10, 20, 30])).toBe(1);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBe(-1);
    expect(spearman([1, 1, 2], [1, 2, 3])).toBeCloseTo(0.866, 3);
    expect(spearman([1, 1], [1, 2])).toBeNaN();
  });
});

describe('expectedOptimism', () => {
  it('is the expected maximum of n normal variables if the values are only noise', () => {
    const values = Array.from({ length: 50 }, (_, i) => noise(i) * 0.5);
    expect(expectedOptimism(values, 1, { simulations: 4000 })).toBeCloseTo(2.249, 1); // E[max of 50]
  });

  it('is small if one value stands out, and 0 without noise', () => {
    expect(expectedOptimism([10, 0, 0, 0, 0], 0.1)).toBeLessThan(0.02);
    expect(expectedOptimism([1, 2, 3], 0)).toBe(0);
  });

  it('is symmetric in the direction', () => {
    const values = [1, 2, 2.5];
    const mirrored = expectedOptimism(
      values.map((value) => -value),
      0.5,
      { direction: 'minimize' },
    );
    expect(mirrored).toBeCloseTo(expectedOptimism(values, 0.5), 12);
  });

  it.each([
    [[], 1],
    [[1], -1],
    [[1], Number.NaN],
    [[1, Number.NaN], 1],
    [[1, Number.POSITIVE_INFINITY], 1],
  ])('rejects %j with noise %d', (values, sd) => {
    expect(() => expectedOptimism(values, sd)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('holdOut', () => {
  it('measures the best candidates, the best first', async () => {
    const study = await studyOf((x) => x);
    const table = await holdOut(study, ({ x }) => [x - 0.1, x + 0.1], { top: 5 });
    expect(table.rows).toHaveLength(5);
    const values = table.rows.map(({ inSample }) => inSample.value);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values[0]).toBe(await study.bestValue());
    expect(table.result).toMatchObject({ value: values[0], standardError: expect.closeTo(0.1, 12) });
    expect(table.rankCorrelation).toBe(1);
    expect(table.orderHolds).toBe(true);
    expect(table.optimism.value).toBeCloseTo(0, 12);
    expect(String(table).split('\n')).toHaveLength(6);
  });

  it('shows the optimism of picking the best of noise, in both directions', async () => {
    for (const direction of ['minimize', 'maximize'] as const) {
      const study = await studyOf((_, number) => noise(number), 60, direction);
      const fresh = Float64Array.from({ length: 100 }, (_, i) => noise(i + 1000));
      const table = await holdOut(study, () => fresh, { standardError: () => 1, baseline: fresh.map(() => 0) });
      expect(table.optimism.value).toBeGreaterThan(1);
      expect(table.expectedOptimism).toBeGreaterThan(1);
      const report = overfitReport(table);
      expect(report).toMatchObject({ claimsEffect: false, isLucky: true });
      expect(String(report)).toMatch(/No effect[\s\S]*|luck/);
    }
  });

  it('compares with the baseline item by item', async () => {
    const study = await studyOf((x) => x);
    const items = Float64Array.from({ length: 50 }, (_, i) => noise(i));
    // The items vary by 1, the lead by nothing: only a paired comparison finds it.
    const table = await holdOut(study, () => items.map((item) => item + 0.01), { baseline: items });
    expect(table.effect?.value).toBeCloseTo(0.01, 12);
    expect(overfitReport(table).claimsEffect).toBe(true);
    const unpaired = await holdOut(study, () => items.map((item) => item + 0.01), { baseline: 0 });
    expect(overfitReport(unpaired).claimsEffect).toBe(false);
  });

  it('reports over-fitting and a wrong order', async () => {
    const study = await studyOf((x) => x);
    const table = await holdOut(study, ({ x }) => ({ value: -x, standardError: 0.001 }));
    expect(table.orderHolds).toBe(false);
    expect(table.rankCorrelation).toBe(-1);
    const report = overfitReport(table);
    expect(report).toMatchObject({ isOverfitted: true, claimsEffect: null, isLucky: null });
    expect(report.sentences.join(' ')).toMatch(/over-fitted.*no baseline.*does not hold/s);
  });

  it('says what is unknown without standard errors', async () => {
    const study = await studyOf((x) => x, 3);
    const table = await holdOut(study, ({ x }) => x, { top: 2, baseline: 0 });
    expect(table.orderHolds).toBeNull();
    expect(overfitReport(table)).toMatchObject({ claimsEffect: null, isOverfitted: null, isLucky: null });
    expect(table.rankCorrelation).toBeNaN();
  });

  it('rejects measurements that are not numbers, and studies without results', async () => {
    const study = await studyOf((x) => x, 3);
    for (const bad of [Number.NaN, 'x', null, { standardError: 1 }, []])
      await expect(holdOut(study, () => bad as never)).rejects.toMatchObject({ code: 'invalid-value' });
    await expect(holdOut(await studyOf((x) => x, 0), () => 1)).rejects.toMatchObject({ code: 'trial-not-found' });
    await expect(holdOut(study, () => 1, { best: 3 } as object)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(holdOut({} as never, () => 1)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(holdOut(study, undefined as never)).rejects.toMatchObject({ code: 'invalid-argument' });
    const two = await createStudy({ sampler, directions: ['minimize', 'minimize'] });
    await expect(holdOut(two, () => 1)).rejects.toMatchObject({ code: 'unsupported' });
    expect(await study.trials()).toHaveLength(3); // the study stays usable
  });
});

describe('walkForward', () => {
  it('searches the past only, and measures the period that follows', async () => {
    const seen: number[][] = [];
    const table = await walkForward({
      samples: 30,
      windows: { folds: 4, maxTrainSize: 8, gap: 1 },
      search: async ({ train, test, seed }) => {
        expect(Math.max(...train)).toBeLessThan(Math.min(...test) - 1);
        expect(train.length).toBeLessThanOrEqual(8);
        seen.push([...test]);
        const study = await createStudy({ sampler, space, seed, direction: 'minimize' });
        await study.optimize((trial) => (trial.params.x - 0.5) ** 2, { trials: 5 });
        return study;
      },
      evaluate: ({ x }, { test }) => Array.from(test, () => (x - 0.5) ** 2),
      baseline: ({ test }) => Array.from(test, () => 0.25),
    });
    expect(seen).toEqual([
      [6, 7, 8, 9, 10, 11],
      [12, 13, 14, 15, 16, 17],
      [18, 19, 20, 21, 22, 23],
      [24, 25, 26, 27, 28, 29],
    ]);
    expect(table).toMatchObject({ kind: 'folds', direction: 'minimize', tried: 5 });
    expect(table.optimism.value).toBeCloseTo(0, 12);
    expect(overfitReport(table).claimsEffect).toBe(true);
    expect(String(table)).toMatch(/mean/);
  });

  it('rejects a window that contains the future', async () => {
    const fold = { train: Int32Array.of(0, 1, 5), test: Int32Array.of(3, 4) };
    const search = () => ({ bestParams: {}, bestScore: 1 });
    await expect(walkForward({ samples: 6, windows: [fold], search, evaluate: () => 1 })).rejects.toMatchObject({
      code: 'invalid-folds',
      message: expect.stringMatching(/row 5, which comes after row 3/),
    });
  });
});

describe('nestedCrossValidate', () => {
  it('finds no optimism where there is none, and all of it where the winner is luck', async () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => noise(i + 7) * (i % 2 === 0 ? 1 : -1));
    const table = await nestedCrossValidate({
      samples: 100,
      search: ({ train }) => {
        // Picks the largest training value: the best of 80 noises.
        const best = train.reduce((a, b) => ((values[b] as number) > (values[a] as number) ? b : a));
        return { bestParams: { best }, bestScore: values[best] as number };
      },
      evaluate: (_, { test }) => Array.from(test, (row) => values[row] as number),
      baseline: ({ test }) => Array.from(test, () => 0),
    });
    expect(table.rows).toHaveLength(5);
    expect(overfitReport(table)).toMatchObject({ isOverfitted: true, claimsEffect: false });
  });

  it('gives each fold its own seed', async () => {
    const seeds: number[] = [];
    const run = (seed: number) =>
      nestedCrossValidate({
        samples: 9,
        cv: 3,
        seed,
        search: (fold) => {
          seeds.push(fold.seed);
          return { bestParams: {}, bestScore: 1 };
        },
        evaluate: () => 1,
      });
    await run(1);
    await run(1);
    expect(new Set(seeds).size).toBe(3);
    expect(seeds.slice(0, 3)).toEqual(seeds.slice(3));
  });

  it('rejects bad folds and searches without a result', async () => {
    const search = () => ({ bestParams: {}, bestScore: 1 });
    const evaluate = () => 1;
    const groups = [1, 1, 2, 2];
    await expect(nestedCrossValidate({ samples: 4, cv: 3, groups, search, evaluate })).rejects.toMatchObject({
      code: 'invalid-folds',
    });
    await expect(nestedCrossValidate({ samples: 4, cv: 2, groups: [1, 2], search, evaluate })).rejects.toMatchObject({
      code: 'invalid-data',
    });
    for (const lacking of [{ search }, { evaluate }])
      await expect(nestedCrossValidate({ samples: 4, cv: 2, ...lacking } as never)).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringMatching(/must be a function, not undefined/),
      });
    await expect(nestedCrossValidate({ samples: 4, cv: 'x' as never, search, evaluate })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(nestedCrossValidate({ samples: 4, cv: 2, search: () => 7 as never, evaluate })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(
      nestedCrossValidate({ samples: 4, cv: 2, search: () => studyOf(() => 1, 0), evaluate }),
    ).rejects.toMatchObject({ code: 'trial-not-found' });
  });
});
