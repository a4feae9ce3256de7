import { float, int, isAsktellError } from '@asktell/core';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { loadSvm, Neighbours } from '../../../../tests/ml/models.ts';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { crossValidate } from '../cross-validate/cross-validate.ts';
import type { FitContext } from '../estimator/estimator.ts';
import { StandardScaler } from '../estimator/standard-scaler.ts';
import { GridSearchCV } from './grid-search-cv.ts';

const { X, y } = fixture.iris;

/** `split0_test_score` → `split0TestScore`. Names of parameters keep their case. */
const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('GridSearchCV equals scikit-learn', () => {
  it('an SVM on iris: the same columns, the best cell, and scores within the tolerance of the solver', async () => {
    const svm = await loadSvm();
    const expected = fixture.svmGrid;
    const search = new GridSearchCV(
      (params) => svm(params),
      [
        { kernel: ['linear'], C: [0.1, 1, 10] },
        { kernel: ['rbf'], C: [0.1, 1, 10], gamma: [0.01, 0.1, 1] },
      ],
      { seed: 1 },
    );
    await search.fit(X, y);
    const results = search.cvResults as unknown as { readonly [column: string]: ArrayLike<unknown> };
    expect(
      Object.keys(results)
        .filter((name) => name !== 'trial' && name !== 'state')
        .sort(),
    ).toEqual(expected.columns.map(camel).sort());
    expect(results['params']).toEqual(expected.results['params']);
    expect(results['paramGamma']).toEqual(expected.results['param_gamma']?.map((value) => value ?? undefined));
    expect(search.bestParams).toEqual(expected.bestParams);
    expect(search.bestIndex).toBe(expected.bestIndex);
    // A row on the margin may fall on either side: one row of a fold is 1 / 30.
    const differences = Array.from(results['meanTestScore'] as ArrayLike<number>, (mean, i) =>
      Math.abs(mean - (expected.results['mean_test_score']?.[i] as number)),
    );
    expect(Math.max(...differences)).toBeLessThan(1 / 150 + 1e-9);
    expect(differences.filter((difference) => difference > 1e-12).length).toBeLessThanOrEqual(1);
    await search.close();
  });

  it('a pipeline with several scorers: all columns to the last digit', async () => {
    const expected = fixture.neighboursGrid;
    const search = new GridSearchCV(
      ({ k }) => [new StandardScaler(), new Neighbours({ k })],
      { k: [1, 3, 5, 8, 13, 21] },
      { cv: 7, scoring: ['accuracy', 'f1Macro'], refit: 'f1Macro' },
    );
    await search.fit(X, y);
    const results = search.cvResults as unknown as { readonly [column: string]: ArrayLike<number> };
    for (const [name, values] of Object.entries(expected.results)) {
      if (name === 'params' || name.startsWith('param_')) continue;
      const actual = results[camel(name)] as ArrayLike<number>;
      expect(Array.from(actual), name).toEqual(values.map((value) => expect.closeTo(value as number, 12)));
    }
    expect(search.bestIndex).toBe(expected.bestIndex);
    expect(search.bestScore).toBeCloseTo(expected.bestScore, 12);
  });

  it('cross_validate with log loss', async () => {
    const noTies = X.map((row, i) => [...row, i * 1e-5]);
    const factory = (params: { readonly k: number }) => new Neighbours(params);
    const { testScore } = await crossValidate(factory, { k: 5 }, noTies, y, { cv: 10, scoring: 'negLogLoss' });
    expect([...(testScore as Float64Array)]).toEqual(fixture.logLossFolds.map((value) => expect.closeTo(value, 10)));
  });
});

describe('GridSearchCV', () => {
  it('gives the same results for arrays, typed arrays with a shape, and matrices', async () => {
    const rows = (data: unknown): number[][] => {
      if (data instanceof Matrix) return data.to2DArray();
      if (Array.isArray(data)) return data as number[][];
      const { data: flat, shape } = data as { readonly data: Float64Array; readonly shape: readonly [number, number] };
      return Array.from({ length: shape[0] }, (_, i) => [...flat.subarray(i * shape[1], (i + 1) * shape[1])]);
    };
    const scoresOf = async (data: never): Promise<number[]> => {
      const factory = ({ k }: { readonly k: number }) => {
        const model = new Neighbours({ k });
        return {
          fit: (A: unknown, b: number[]) => model.fit(rows(A), b),
          predict: (A: unknown) => model.predict(rows(A)),
        };
      };
      const search = await new GridSearchCV(factory, { k: [1, 9] }, { cv: 3 }).fit(data, y);
      return [...(search.cvResults.meanTestScore as Float64Array)];
    };
    const expected = await scoresOf(X as never);
    const flat = Float64Array.from(X.flat());
    expect(await scoresOf({ data: flat, shape: [150, 4] } as never)).toEqual(expected);
    expect(await scoresOf(new Matrix(X as number[][]) as never)).toEqual(expected);
  });

  it('accepts values that are not scalars, and models with train', async () => {
    const seen = new Set<string>();
    const factory = ({ layers }: { readonly layers: readonly number[] }) => {
      seen.add(JSON.stringify(layers));
      return { train: () => undefined, predict: (A: ArrayLike<unknown>) => new Array(A.length).fill(layers.length) };
    };
    const search = await new GridSearchCV(factory, { layers: [[64], [64, 32]] }, { cv: 3 }).fit(X, y);
    expect([...seen].sort()).toEqual(['[64,32]', '[64]']);
    expect(search.cvResults.paramLayers).toEqual([[64], [64, 32]]);
  });

  it('gives each fold its own random numbers, the same ones to all candidates', async () => {
    const draws = new Map<string, number>();
    const factory = ({ k }: { readonly k: number }, { fold, rng }: FitContext) => {
      draws.set(`${k} ${fold}`, rng.float());
      return new Neighbours({ k });
    };
    await new GridSearchCV(factory, { k: [1, 3] }, { cv: 3, seed: 1 }).fit(X, y);
    const folds = [0, 1, 2];
    expect(new Set(draws.values()).size, 'three folds and the final fit').toBe(4);
    expect(folds.map((fold) => draws.get(`1 ${fold}`))).toEqual(folds.map((fold) => draws.get(`3 ${fold}`)));
  });

  it('frees models, all but the last', async () => {
    let alive = 0;
    const factory = () => {
      alive++;
      return {
        fit: () => undefined,
        predict: (A: ArrayLike<unknown>) => new Array(A.length).fill(1),
        free: () => alive--,
      };
    };
    const search = await new GridSearchCV(factory, { a: [1, 2] }, { cv: 3 }).fit(X, y);
    expect(alive).toBe(1);
    await search.fit(X, y);
    expect(alive, 'after a second fit').toBe(1);
    await search.close();
    expect(alive).toBe(0);
  });

  it('predicts and scores with the refitted model', async () => {
    const search = await new GridSearchCV((params) => new Neighbours(params), { k: [1, 5] }).fit(X, y);
    expect(await search.predict(X.slice(0, 2))).toEqual([0, 0]);
    expect(await search.score(X, y)).toBeGreaterThan(0.95);
    const undecided = { refit: false, scoring: ['f1Macro', 'accuracy'] } as const;
    const first = await new GridSearchCV((params) => new Neighbours(params), { k: [1, 5] }, undecided).fit(X, y);
    expect(first.bestScore).toBe(first.cvResults.meanTestF1Macro?.[first.bestIndex]);
    const unfitted = await new GridSearchCV((params) => new Neighbours(params), { k: [1] }, { refit: false }).fit(X, y);
    expect(unfitted.bestParams).toEqual({ k: 1 });
    expect(() => unfitted.bestEstimator).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => new GridSearchCV((params) => new Neighbours(params), { k: [1] }).bestParams).toThrow(/Call fit/);
  });

  it('chooses the simplest candidate within one standard error', async () => {
    const grid = { k: [1, 3, 5, 8, 13, 21, 34] };
    const factory = (params: { readonly k: number }) => new Neighbours(params);
    const best = await new GridSearchCV(factory, grid).fit(X, y);
    const simple = await new GridSearchCV(factory, grid, { refit: { oneStandardError: ({ k }) => -k } }).fit(X, y);
    const means = best.cvResults.meanTestScore as Float64Array;
    const scores = Array.from(
      { length: 5 },
      (_, i) => best.cvResults[`split${i}TestScore`]?.[best.bestIndex] as number,
    );
    const mean = scores.reduce((a, b) => a + b) / 5;
    const error = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 4 / 5);
    const allowed = grid.k.filter((_, i) => (means[i] as number) >= best.bestScore - error);
    expect(simple.bestParams.k).toBe(Math.max(...allowed));
    expect(simple.bestParams.k).toBeGreaterThan(best.bestParams.k);
    const equal = await new GridSearchCV(factory, grid, { refit: { oneStandardError: () => 1 } }).fit(X, y);
    expect(equal.bestIndex, 'the best of equally simple ones').toBe(best.bestIndex);
    const unknown = new GridSearchCV(factory, grid, { refit: { oneStandardError: () => Number.NaN } });
    await expect(unknown.fit(X, y)).rejects.toMatchObject({ code: 'invalid-argument' });
    const chosen = await new GridSearchCV(factory, grid, { refit: () => 2 }).fit(X, y);
    expect(chosen.bestParams).toEqual({ k: 5 });
  });

  it.each([
    [{}, 'invalid-space'],
    [[], 'invalid-space'],
    [{ k: [] }, 'invalid-space'],
    [{ k: [1, 1] }, 'invalid-space'],
    [{ k: 5 }, 'invalid-space'],
    [{ k: [1], K: [2] }, 'invalid-space'],
    [{ k: [Number.NaN] }, 'invalid-space'],
    [{ k: [() => 1] }, 'invalid-space'],
    [{ k: int(1, 3) }, 'invalid-space'],
    [[{ k: [1] }, { k: [1], scale: float(0, 1) }], 'invalid-space'],
  ])('rejects the grid %j', (grid, code) => {
    expect(() => new GridSearchCV(() => new Neighbours({ k: 1 }), grid as never)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([
    [{ cv: 1 }],
    [{ cv: 'five' }],
    [{ scoring: 'acc' }],
    [{ scoring: ['accuracy', 'f1Macro'] }],
    [{ refit: 'f1' }],
    [{ refit: () => 9 }],
  ])('rejects %j', async (options) => {
    const search = new GridSearchCV((params) => new Neighbours(params), { k: [1] }, options as never);
    await expect(search.fit(X, y)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it.each([[{ holdOut: 2 }], [{ errorScore: 'NaN' }], [{ fitTimeout: -1 }], [{ nJobs: 4 }], [{ refit: 3 }]])(
    'rejects %j at once',
    (options) => {
      const make = (): unknown => new GridSearchCV((params) => new Neighbours(params), { k: [1] }, options as never);
      expect(make).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    },
  );

  it('rejects what is not an estimator', async () => {
    for (const bad of [
      null,
      {},
      { fit: () => 1 },
      [new StandardScaler()],
      [{ fit: () => 1 }, new Neighbours({ k: 1 })],
    ]) {
      const search = new GridSearchCV(() => bad as never, { k: [1] }, { errorScore: 'raise' });
      const error: unknown = await search.fit(X, y).catch((reason) => reason);
      expect(isAsktellError(error, 'fit-failed')).toBe(true);
      expect((error as Error).message).toMatch(/needs fit\(X, y\)/);
    }
    expect(() => new GridSearchCV(new Neighbours({ k: 1 }) as never, { k: [1] })).toThrow(/must be a function/);
  });
});
