import { createStudy, float, int, MemoryStorage, NopPruner, oneOf } from '@asktell/core';
import { MedianPruner, RacingPruner, WilcoxonPruner } from '@asktell/pruners';
import { TpeSampler } from '@asktell/sampler-bayesian';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it } from 'vitest';
import { Neighbours } from '../../../../tests/ml/models.ts';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { takeRows } from '../data/features.ts';
import { takeLabels } from '../data/labels.ts';
import { KFold } from '../folds/k-fold.ts';
import { StratifiedKFold } from '../folds/stratified-k-fold.ts';
import { TimeSeriesSplit } from '../folds/time-series-split.ts';
import { nestedCrossValidate } from '../honest/nested-cross-validate.ts';
import { overfitReport } from '../honest/overfit-report.ts';
import { GridSearchCV } from './grid-search-cv.ts';
import { selectionNoise } from './hold-out-rows.ts';
import { RandomizedSearchCV } from './randomized-search-cv.ts';
import { StudySearchCV } from './study-search-cv.ts';

const { X, y } = fixture.iris;
const factory = (params: { readonly k: number }) => new Neighbours(params);

describe('RandomizedSearchCV', () => {
  it('mixes lists and ranges, and is deterministic by seed', async () => {
    const run = async (seed: number) => {
      const distributions = { k: int(1, 40), weights: ['uniform', 'distance'], scale: float(0.1, 1) };
      const search = new RandomizedSearchCV(factory, distributions, { trials: 8, seed });
      return (await search.fit(X, y)).cvResults.params;
    };
    const params = await run(3);
    expect(params).toHaveLength(8);
    for (const { k, weights, scale } of params) {
      expect(Number.isInteger(k) && k >= 1 && k <= 40).toBe(true);
      expect(['uniform', 'distance']).toContain(weights);
      expect(scale).toBeGreaterThanOrEqual(0.1);
    }
    expect(await run(3)).toEqual(params);
    expect(await run(4)).not.toEqual(params);
  });

  it('draws no combination of lists twice', async () => {
    const search = new RandomizedSearchCV(factory, { k: [1, 3, 5], w: ['a', 'b'] }, { trials: 50, seed: 1 });
    const { params } = (await search.fit(X, y)).cvResults;
    expect(new Set(params.map((entry) => JSON.stringify(entry))).size).toBe(6);
    expect(params).toHaveLength(6);
  });

  it('chooses among several dictionaries', async () => {
    const search = new RandomizedSearchCV(
      ({ k }) => new Neighbours({ k }),
      [{ k: int(1, 3) }, { k: [20], far: [true] }],
      {
        trials: 12,
        seed: 1,
      },
    );
    const { params } = (await search.fit(X, y)).cvResults;
    expect(params.some((entry) => 'far' in entry && entry.k === 20)).toBe(true);
    expect(params.some((entry) => !('far' in entry) && entry.k <= 3)).toBe(true);
  });
});

describe('StudySearchCV', () => {
  const space = { k: int(1, 60), power: float(0, 1) };

  it('prunes between folds, and never the winner', async () => {
    const search = new StudySearchCV(factory, space, { trials: 25, sampler: new RandomSampler(), seed: 2, cv: 10 });
    await search.fit(X, y);
    const { state, meanTestScore, rankTestScore, split0TestScore } = search.cvResults;
    expect(state.filter((word) => word === 'pruned').length).toBeGreaterThan(3);
    expect(state[search.bestIndex]).toBe('complete');
    for (const [i, word] of state.entries()) {
      expect(Number.isNaN(meanTestScore?.[i] as number)).toBe(word !== 'complete');
      expect(split0TestScore?.[i]).toBeGreaterThan(0);
      if (word === 'pruned') expect(rankTestScore?.[i]).toBe(1 + state.filter((other) => other === 'complete').length);
    }
    const trials = await search.study.trials();
    // The racing pruner compares folds, so plain scores are reported.
    expect(trials[0]?.intermediateValues.get(3)).toBe(search.cvResults.split3TestScore?.[0]);
  });

  it('reports running means to other pruners', async () => {
    const options = { trials: 2, sampler: new RandomSampler(), seed: 1, pruner: new MedianPruner() };
    const search = await new StudySearchCV(factory, space, options).fit(X, y);
    const [trial] = await search.study.trials();
    const scores = Array.from({ length: 5 }, (_, i) => search.cvResults[`split${i}TestScore`]?.[0] as number);
    expect(trial?.intermediateValues.get(1)).toBeCloseTo(((scores[0] as number) + (scores[1] as number)) / 2, 12);
  });

  it.each([new NopPruner(), new WilcoxonPruner()])('reports plain scores to the pruner $name', async (pruner) => {
    const options = { trials: 1, sampler: new RandomSampler(), seed: 1, pruner };
    const search = await new StudySearchCV(factory, space, options).fit(X, y);
    const [trial] = await search.study.trials();
    expect(trial?.intermediateValues.get(3)).toBe(search.cvResults.split3TestScore?.[0]);
  });

  it('searches conditional spaces with TPE, and types the parameters', async () => {
    const conditional = { model: oneOf({ near: { k: int(1, 10) }, far: { k: int(11, 80), shrink: float(0, 1) } }) };
    const search = new StudySearchCV(({ model }) => new Neighbours({ k: model.k }), conditional, {
      trials: 15,
      sampler: new TpeSampler(),
      seed: 1,
    });
    await search.fit(X, y);
    const { model } = search.bestParams;
    expect(model.type === 'near' ? model.k <= 10 : model.shrink <= 1).toBe(true);
  });

  it('continues an open study', async () => {
    const study = await createStudy({
      sampler: new RandomSampler(),
      space,
      direction: 'maximize',
      seed: 1,
      pruner: new RacingPruner(),
    });
    await new StudySearchCV(factory, study, { trials: 5 }).fit(X, y);
    const search = await new StudySearchCV(factory, study, { trials: 8 }).fit(X, y);
    expect(search.study).toBe(study);
    expect(search.cvResults.params).toHaveLength(8);
    expect(search.bestParams.k).toBeGreaterThan(0);
  });

  it('runs several candidates at the same time', async () => {
    let running = 0;
    let most = 0;
    const slow = (params: { readonly k: number }) => {
      const model = new Neighbours(params);
      return {
        fit: async (A: never, b: never) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 2));
          running--;
          model.fit(A, b);
        },
        predict: (A: never) => model.predict(A),
      };
    };
    await new StudySearchCV(slow, space, { trials: 9, sampler: new RandomSampler(), concurrency: 3 }).fit(X, y);
    expect(most).toBe(3);
  });

  it('ends with the candidates measured so far when the signal is aborted', async () => {
    const controller = new AbortController();
    let fits = 0;
    const counted = (params: { readonly k: number }) => {
      if (++fits === 23) controller.abort();
      return new Neighbours(params);
    };
    const options = {
      trials: 100,
      sampler: new RandomSampler(),
      pruner: new NopPruner(),
      signal: controller.signal,
    };
    const search = await new StudySearchCV(counted, space, options).fit(X, y);
    // The fifth candidate was measured on two folds. It is neither complete nor failed.
    expect(search.cvResults.state).toEqual(['complete', 'complete', 'complete', 'complete']);
  });

  it('rejects what is neither a space nor a study', () => {
    expect(() => new StudySearchCV(factory, null as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(() => new StudySearchCV(factory, space, { trials: 0 })).toThrow(/trials must be/);
    const twice = { k: int(1, 3), K: int(1, 3) };
    expect(() => new StudySearchCV(factory, twice)).toThrow(/share the column paramK/);
  });
});

describe('a search that was interrupted in the middle of a fold', () => {
  it('goes on at this fold, and has the results of a search that was not interrupted', async () => {
    const grid = { k: [1, 5, 9, 13] };
    const whole = await new GridSearchCV(factory, grid, { seed: 7 }).fit(X, y);

    const storage = new MemoryStorage();
    const fitted: string[] = [];
    const make = (dies: boolean) =>
      new GridSearchCV(
        (params: { readonly k: number }, { fold }) => {
          fitted.push(`${params.k}:${fold}`);
          // A worker that dies in its eighth fit: the promise never settles.
          const fit = dies && fitted.length === 8 ? () => new Promise<void>(() => undefined) : undefined;
          const model = new Neighbours(params);
          return { fit: fit ?? ((A: never, b: never) => model.fit(A, b)), predict: (A: never) => model.predict(A) };
        },
        grid,
        { storage, worker: 'one', seed: 7 },
      );
    void make(true).fit(X, y);
    while (fitted.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
    const search = await make(false).fit(X, y);
    // 20 fits, the interrupted one again, and the final one.
    expect(fitted).toHaveLength(22);
    expect(fitted[8]).toBe(fitted[7]);
    for (const name of Object.keys(whole.cvResults).filter((column) => !column.endsWith('Time')))
      expect(search.cvResults[name as 'meanTestScore']).toEqual(whole.cvResults[name as 'meanTestScore']);
  });
});

describe('holdOut', () => {
  const space = { k: int(1, 40) };
  const options = { trials: 10, sampler: new RandomSampler(), seed: 1, holdOut: 0.3 };

  it('scores the best candidates on rows that the search did not see', async () => {
    const rows: number[] = [];
    const counted = (params: { readonly k: number }) => {
      const model = new Neighbours(params);
      return {
        fit: (A: never[], b: never) => {
          rows.push(A.length);
          model.fit(A, b);
        },
        predict: (A: never) => model.predict(A),
      };
    };
    const search = await new StudySearchCV(counted, space, { ...options, scoring: 'balancedAccuracy' }).fit(X, y);
    expect(Math.max(...rows.slice(0, -6))).toBe(84); // 4 of 5 folds of 105 rows
    expect(rows.at(-1)).toBe(150); // the final fit
    expect(search.honest?.rows.length).toBe(5);
    expect(search.honest?.rows[0]?.inSample.value).toBe(search.bestScore);
    expect(search.honest?.result.standardError).toBeGreaterThan(0);
    expect(search.report?.claimsEffect).toBe(true);
    expect(String(search.report)).toMatch(/Expect the second number/);
  });

  it('finds no effect in shuffled labels', async () => {
    const shuffled = y.map((_, i) => y[(i * 67) % 150] as number);
    const search = await new StudySearchCV(factory, space, options).fit(X, shuffled);
    expect(search.report?.claimsEffect).toBe(false);
    expect(String(search.report)).toMatch(/No effect/);
  });

  it('keeps groups together, and takes the last rows of a time series', async () => {
    const groups = y.map((_, i) => i % 15);
    const search = await new StudySearchCV(factory, space, { ...options, cv: 3 })
      .fit(X, y, { groups })
      .catch((error) => error);
    // StratifiedKFold divides groups, which is refused; the hold-out rows are whole groups.
    expect(search).toMatchObject({ code: 'invalid-folds' });
    const seen: number[] = [];
    const ordered = Array.from({ length: 60 }, (_, i) => [i]);
    const constant = () => ({
      fit: (A: number[][]) => void seen.push(Math.max(...A.flat())),
      predict: (A: number[][]) => A.map(() => 0.5),
    });
    const series = new GridSearchCV(
      constant,
      { a: [1] },
      { ordered: true, holdOut: 0.25, cv: new TimeSeriesSplit({ folds: 3 }), scoring: 'negMeanAbsoluteError' },
    );
    await series.fit(
      ordered,
      ordered.map(([i]) => (i as number) / 60),
    );
    expect(seen.at(-2)).toBe(44); // fitted on rows 0 to 44, scored on 45 to 59
    expect(series.honest?.effect?.value).toBeDefined();
  });

  it('leaves out candidates that were pruned, however well they began', async () => {
    const pruner = {
      name: 'racing', // scores are reported
      config: { version: 1, options: {} },
      decide: (_: unknown, { number, step }: { readonly number: number; readonly step: number }) => ({
        prune: number % 2 === 0 && step === 0,
      }),
    };
    // The first fold is easy.
    const scoring = (_: unknown, rows: unknown) => ((rows as number[][])[0]?.[0] === X[0]?.[0] ? 1 : 0.5);
    const cv = new KFold({ folds: 5 });
    const search = await new StudySearchCV(factory, space, { ...options, pruner, scoring, cv, holdOut: 0.1 }).fit(X, y);
    expect(search.cvResults.state.filter((state) => state === 'pruned')).toHaveLength(5);
    expect(search.honest?.rows.map(({ number }) => number)).toEqual([1, 3, 5, 7, 9]);
  });

  it('is null if no candidate is complete', async () => {
    const failing = ({ k }: { readonly k: number }, { fold }: { readonly fold: number }) => {
      if (fold >= 0) throw new Error('no');
      return new Neighbours({ k });
    };
    const search = await new StudySearchCV(failing, space, { ...options, trials: 2, refit: () => 0 }).fit(X, y);
    expect([search.honest, search.report]).toEqual([null, null]);
  });

  it('has standard errors when a class is rare', async () => {
    const rare = y.map((_, i) => (i < 10 ? 1 : 0));
    const search = await new StudySearchCV(factory, space, { ...options, trials: 2, scoring: 'rocAuc' }).fit(X, rare);
    expect(search.honest?.result.standardError).toBeGreaterThan(0);
  });

  it('estimates the noise that is not common to the candidates from a two-way layout', () => {
    // Residuals of [[1, 2, 6], [3, 3, 3]] without the means of rows and columns: ±(1, 0.5, -1.5); 2 degrees of freedom.
    const scores = [
      [1, 2, 6],
      [3, 3, 3],
    ];
    expect(selectionNoise(scores)).toBeCloseTo(Math.sqrt((2 * (1 + 0.25 + 2.25)) / 2 / 3), 12);
    expect(selectionNoise([[1, 2]])).toBeNaN();
  });

  it('has no standard error for a scorer of your own', async () => {
    const search = await new StudySearchCV(factory, space, { ...options, scoring: () => 0.5 }).fit(X, y);
    expect(search.honest?.result.value).toBe(0.5);
    expect(search.report?.claimsEffect).toBeNull();
  });
});

describe('a search inside nestedCrossValidate', () => {
  it('is measured on rows that it did not see', async () => {
    const table = await nestedCrossValidate({
      samples: y.length,
      cv: new StratifiedKFold({ folds: 3, shuffle: true, seed: 1 }),
      labels: y,
      search: ({ train, seed }) =>
        new GridSearchCV(factory, { k: [1, 5, 9] }, { seed }).fit(takeRows(X, train), takeLabels(y, train)),
      evaluate: (_, { test }, search) => search.score(takeRows(X, test), takeLabels(y, test)),
      baseline: () => 1 / 3,
    });
    expect(table.rows.map(({ params }) => [1, 5, 9].includes(params.k))).toEqual([true, true, true]);
    expect(table.tried).toBe(3);
    expect(table.result.value).toBeGreaterThan(0.9);
    expect(overfitReport(table).claimsEffect).toBe(true);
  });
});
