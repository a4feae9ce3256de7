import { createStudy, float, MemoryStorage } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it } from 'vitest';
import { Neighbours } from '../../../../tests/ml/models.ts';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { KFold } from '../folds/k-fold.ts';
import { GridSearchCV } from './grid-search-cv.ts';
import type { SearchOptions } from './options.ts';
import { StudySearchCV } from './study-search-cv.ts';

const { X, y } = fixture.iris;
const factory = (params: { readonly k: number }) => new Neighbours(params);
const grid = { k: [1, 5] };

describe('a stored study', () => {
  const changed = <T>(list: readonly T[], at: number, value: T): T[] =>
    list.map((item, i) => (i === at ? value : item));
  const row = X[7] as number[];

  // 1 and 2 differ in the upper half of their bits only, 2 and 2 + 2^-51 in the lower half.
  it.each<
    [
      string,
      RegExp,
      { readonly X?: readonly (readonly number[])[]; readonly y?: readonly number[] },
      SearchOptions<object>,
    ]
  >([
    ['another number', /other rows or folds/, { X: changed(X, 7, changed(row, 0, 1)) }, {}],
    ['a slightly different number', /other rows or folds/, { X: changed(X, 7, changed(row, 0, 2 + 2 ** -51)) }, {}],
    ['another label', /other rows or folds/, { y: changed(y, 0, 1) }, {}],
    ['fewer rows', /other rows or folds/, { X: X.slice(1), y: y.slice(1) }, {}],
    ['other folds', /other rows or folds/, {}, { cv: new KFold({ folds: 5, shuffle: true, seed: 2 }) }],
    ['another scorer', /other scorers \("score: accuracy", now "score: f1Macro"\)/, {}, { scoring: 'f1Macro' }],
    [
      'more scorers',
      /now "accuracy, f1Macro; accuracy decides"/,
      {},
      { scoring: ['accuracy', 'f1Macro'], refit: 'accuracy' },
    ],
  ])('refuses %s', async (_, message, data, options) => {
    const storage = new MemoryStorage();
    const cv = new KFold({ folds: 5, shuffle: true, seed: 1 });
    const first = changed(X, 7, changed(row, 0, 2));
    await new GridSearchCV(factory, grid, { storage, cv }).fit(first, y);
    const again = new GridSearchCV(factory, grid, { storage, cv, ...options } as SearchOptions<{ readonly k: number }>);
    await expect(again.fit(data.X ?? first, data.y ?? y)).rejects.toMatchObject({
      code: 'study-mismatch',
      message: expect.stringMatching(message),
    });
    const same = await new GridSearchCV(factory, grid, { storage, cv }).fit(first, y);
    expect(same.cvResults.params).toHaveLength(2);
  });

  it('refuses another scorer that decides, which would mix values', async () => {
    const storage = new MemoryStorage();
    const scoring = ['accuracy', 'f1Macro'] as const;
    await new GridSearchCV(factory, grid, { storage, scoring, refit: 'accuracy' }).fit(X, y);
    await expect(
      new GridSearchCV(factory, grid, { storage, scoring, refit: 'f1Macro' }).fit(X, y),
    ).rejects.toMatchObject({
      code: 'study-mismatch',
      message: expect.stringMatching(/accuracy decides.*f1Macro decides/),
    });
  });

  it('has the values of the scorer that decides', async () => {
    const scoring = { first: () => 0.25, second: () => 0.75 };
    const search = await new GridSearchCV(factory, grid, { scoring, refit: 'second' }).fit(X, y);
    expect(await search.study.bestValue()).toBe(0.75);
    expect(search.bestScore).toBe(0.75);
  });

  it('needs a space', async () => {
    const study = await createStudy({ sampler: new RandomSampler(), direction: 'maximize' });
    await expect(new StudySearchCV(() => new Neighbours({ k: 1 }), study).fit(X, y)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/trial 0 has no parameters, because the study has no space/),
    });
  });
});

describe('a search that is aborted during a fit', () => {
  it('aborts the signal of the fit, and leaves the candidate to the next search', async () => {
    const storage = new MemoryStorage();
    const controller = new AbortController();
    const folds: number[] = [];
    const search = (aborts: boolean) =>
      new StudySearchCV(
        (_: { readonly k: number }, { fold, signal }) => {
          folds.push(fold);
          const model = new Neighbours({ k: 3 });
          if (!aborts || folds.length !== 8) return model;
          return {
            fit: () =>
              new Promise<void>((_resolve, reject) => {
                signal.addEventListener('abort', () => reject(new Error('The fit was aborted.')));
                controller.abort();
              }),
            predict: () => [],
          };
        },
        { k: float(1, 9) },
        { storage, sampler: new RandomSampler(), seed: 1, trials: 3, ...(aborts ? { signal: controller.signal } : {}) },
      );
    const first = await search(true).fit(X, y);
    expect(first.cvResults.state).toEqual(['complete']);
    folds.length = 0;
    const second = await search(false).fit(X, y);
    expect(second.cvResults.state).toEqual(['complete', 'complete', 'complete']);
    expect(folds.slice(0, 4), 'at the fold that was aborted').toEqual([2, 3, 4, 0]);
  });
});
