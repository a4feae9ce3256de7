import { type CreateStudyOptions, createStudy, float, MemoryStorage, type Space } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it, type MockInstance, vi } from 'vitest';
import { Neighbours } from '../../../../tests/ml/models.ts';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { KFold } from '../folds/k-fold.ts';
import { GridSearchCV } from './grid-search-cv.ts';
import type { StudyFactory } from './options.ts';
import { StudySearchCV } from './study-search-cv.ts';

const { X, y } = fixture.iris;
const factory = (params: { readonly k: number }) => new Neighbours(params);
const grid = { k: [1, 5] };

describe('data that cannot be used is a typed error, and nothing is stored', () => {
  const indices = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  it.each<[string, string, RegExp, () => readonly [X: unknown, y: unknown, options?: object, groups?: unknown]]>([
    ['different lengths', 'invalid-data', /y has 149 entries, but X has 150 rows/, () => [X, y.slice(1)]],
    [
      'rows of different lengths',
      'invalid-data',
      /row 1 of X has 1 features, but row 0 has 2/,
      () => [
        [[1, 2], [1]],
        [0, 1],
      ],
    ],
    [
      'NaN in X',
      'invalid-data',
      /NaN in row 1, column 0/,
      () => [
        [[1], [Number.NaN]],
        [0, 1],
      ],
    ],
    ['text in X', 'invalid-data', /"a" in row 0/, () => [[['a'], [1]], [0, 1], { checkFinite: false }]],
    [
      'NaN in y',
      'invalid-data',
      /y contains NaN at index 1/,
      () => [
        [[1], [2]],
        [0, Number.NaN],
      ],
    ],
    [
      'undefined in y',
      'invalid-data',
      /y contains undefined at index 0/,
      () => [
        [[1], [2]],
        [undefined, 1],
      ],
    ],
    ['no rows', 'invalid-data', /X has no rows/, () => [[], []]],
    ['not a matrix', 'invalid-data', /X must be rows of numbers/, () => ['x', y]],
    [
      'a wrong shape',
      'invalid-data',
      /shape \[3,2\], but 5 numbers/,
      () => [{ data: new Float64Array(5), shape: [3, 2] }, [0, 1, 0]],
    ],
    [
      'no shape',
      'invalid-data',
      /shape of X must be two whole numbers/,
      () => [{ data: new Float64Array(4), shape: 4 }, [0, 1]],
    ],
    ['one class', 'invalid-data', /all rows have the class 1/, () => [X, y.map(() => 1)]],
    [
      'a class that is missing in a fold',
      'invalid-data',
      /class 2 has 3 rows, fewer than the 5 folds/,
      () => [X.slice(0, 53), [...y.slice(0, 50).map((_, i) => i % 2), 2, 2, 2]],
    ],
    [
      'an empty fold',
      'invalid-folds',
      /fold 0 has no rows to score on/,
      () => [X, y, { cv: [{ train: indices(0, 9), test: indices(0, 0) }] }],
    ],
    [
      'a group in two folds',
      'invalid-folds',
      /group 0 is on both sides/,
      () => [X, y, { cv: new KFold({ folds: 3 }) }, y.map((_, i) => i % 7)],
    ],
    [
      'a future row in a training fold',
      'invalid-folds',
      /comes after row/,
      () => [X, y, { cv: new KFold({ folds: 3 }), ordered: true }],
    ],
    [
      'text for a number',
      'invalid-data',
      /"a" in row 1, column 0. Encode it as a number/,
      () => [
        [[1], ['a']],
        [0, 1],
      ],
    ],
    [
      'amounts as classes',
      'invalid-data',
      /class 7 has 1 rows.*a scorer such as 'r2'/,
      () => [X, y.map((_, i) => i + 7)],
    ],
    [
      'a splitter without folds',
      'invalid-folds',
      /must be a list, not undefined/,
      () => [X, y, { cv: { split: () => undefined } }],
    ],
    [
      'folds that are not lists',
      'invalid-folds',
      /fold 0 must be \{ train, test \} with lists/,
      () => [X, y, { cv: [{ train: 3, test: 2 }] }],
    ],
    ['groups of another length', 'invalid-data', /groups has 2 entries/, () => [X, y, {}, [1, 2]]],
  ])('%s', async (_, code, message, make) => {
    const [badX, badY, options = {}, groups] = make();
    const storage = new MemoryStorage();
    const search = new GridSearchCV(factory, grid, { ...options, storage });
    const given = groups === undefined ? {} : { groups: groups as never };
    await expect(search.fit(badX as never, badY as never, given)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(storage.listStudies()).toHaveLength(0);
  });

  it('NaN in X is allowed if the estimator accepts it', async () => {
    const constant = () => ({
      fit: () => undefined,
      predict: (rows: ArrayLike<unknown>) => new Array(rows.length).fill(0),
    });
    const holes = X.map((row, i) => (i === 3 ? [Number.NaN, ...row.slice(1)] : row));
    const search = await new GridSearchCV(constant, { a: [1] }, { checkFinite: false }).fit(holes, y);
    expect(search.bestScore).toBeCloseTo(1 / 3, 12);
  });
});

describe('estimators that fail', () => {
  /** Throws in this fold if `k` is this. */
  const throwing =
    (k: number, fold: number) => (params: { readonly k: number }, context: { readonly fold: number }) => {
      if (params.k === k && context.fold === fold) throw new Error('The solver diverged.');
      return new Neighbours(params);
    };

  it('in fold 3: NaN in this fold, and the candidate ranks last', async () => {
    const search = await new GridSearchCV(throwing(1, 3), grid).fit(X, y);
    const { cvResults } = search;
    expect(cvResults.state).toEqual(['fail', 'complete']);
    expect(cvResults.split3TestScore?.[0]).toBeNaN();
    expect(cvResults.split4TestScore?.[0]).toBeGreaterThan(0.5);
    expect(cvResults.meanTestScore?.[0]).toBeNaN();
    expect([...(cvResults.rankTestScore as Int32Array)]).toEqual([2, 1]);
    expect(search.bestParams).toEqual({ k: 5 });
  });

  it('with a number as errorScore the candidate counts', async () => {
    const search = await new GridSearchCV(throwing(1, 3), grid, { errorScore: 0 }).fit(X, y);
    expect(search.cvResults.state).toEqual(['complete', 'complete']);
    expect(search.cvResults.split3TestScore?.[0]).toBe(0);
  });

  it('with errorScore raise the search ends, and the study stays usable', async () => {
    const storage = new MemoryStorage();
    const make = (broken: boolean) =>
      new GridSearchCV(broken ? throwing(1, 3) : factory, grid, {
        errorScore: 'raise',
        storage,
        name: 'grid',
        seed: 3,
      });
    const error: unknown = await make(true)
      .fit(X, y)
      .catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'fit-failed',
      message: expect.stringMatching(/fold 3 with \{"k":1\} failed: The solver diverged/),
    });
    expect((error as Error).cause).toMatchObject({ message: 'The solver diverged.' });
    const search = await make(false).fit(X, y);
    expect(search.cvResults.params.length).toBe(2);
  });

  it('everything fails', async () => {
    const failing = () => {
      throw new Error('No memory.');
    };
    const closings: MockInstance[] = [];
    const create = (async (options: CreateStudyOptions<Space>) => {
      const study = await createStudy(options);
      closings.push(vi.spyOn(study, 'close'));
      return study;
    }) as unknown as StudyFactory;
    await expect(new GridSearchCV(failing, grid, { createStudy: create }).fit(X, y)).rejects.toMatchObject({
      code: 'fit-failed',
      message: expect.stringMatching(/none of 2 candidates has a score.*No memory/s),
    });
    expect(closings[0]).toHaveBeenCalledOnce();
  });

  it('an asynchronous fit that hangs ends with its time limit, and its signal is aborted', async () => {
    let aborted = 0;
    const hanging = (
      { k }: { readonly k: number },
      { signal }: { readonly signal: { addEventListener(type: 'abort', f: () => void): void } },
    ) => {
      const model = new Neighbours({ k });
      signal.addEventListener('abort', () => {
        aborted++;
      });
      return k === 1
        ? { fit: () => new Promise<void>(() => undefined), predict: () => [] }
        : { fit: (A: never, b: never) => model.fit(A, b), predict: (A: never) => model.predict(A) };
    };
    const search = await new GridSearchCV(hanging, grid, { fitTimeout: 20 }).fit(X, y);
    expect(search.bestParams).toEqual({ k: 5 });
    expect(search.cvResults.state).toEqual(['fail', 'complete']);
    expect(aborted).toBe(5);
    const raising = new GridSearchCV(hanging, grid, { fitTimeout: 20, errorScore: 'raise' });
    await expect(raising.fit(X, y)).rejects.toMatchObject({
      code: 'fit-timeout',
      message: expect.stringMatching(/longer than 20 ms/),
    });
  });

  it('a fit that fails after its time limit does not end the process', async () => {
    const late = () => ({
      fit: () => new Promise<void>((_, reject) => setTimeout(() => reject(new Error('late')), 30)),
      predict: () => [],
    });
    await expect(new GridSearchCV(late, { a: [1] }, { fitTimeout: 5, cv: 2 }).fit(X, y)).rejects.toMatchObject({
      code: 'fit-failed',
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
  });

  it.each<[string, unknown, RegExp]>([
    ['too few predictions', [1, 2], /predict returned 2 predictions for 30 rows/],
    ['nothing', undefined, /predict returned undefined/],
    ['an object', {}, /predict returned \{\}/],
  ])('%s', async (_, predictions, message) => {
    const model = () => ({ fit: () => undefined, predict: () => predictions });
    await expect(new GridSearchCV(model, { a: [1] }, { errorScore: 'raise' }).fit(X, y)).rejects.toMatchObject({
      code: 'fit-failed',
      message: expect.stringMatching(message),
    });
  });

  it('no predictProba for a scorer that needs it, and a scorer that returns text', async () => {
    const model = () => ({
      fit: () => undefined,
      predict: (rows: ArrayLike<unknown>) => new Array(rows.length).fill(0),
    });
    for (const [scoring, message] of [
      ['negLogLoss', /has no predictProba/],
      [() => 'good' as never, /Scorer "score" returned "good"/],
    ] as const)
      await expect(
        new GridSearchCV(model, { a: [1] }, { scoring, errorScore: 'raise' }).fit(X, y),
      ).rejects.toMatchObject({
        code: 'fit-failed',
        message: expect.stringMatching(message),
      });
  });
});

describe('labels of another type than those of the data', () => {
  it.each<[string, (label: number) => unknown]>([
    ['"0"', String],
    ['false', (label) => label > 0],
    ['[0]', (label) => [label]],
  ])('%s is an error, not a score of 0', async (shown, convert) => {
    const model = () => {
      const inner = new Neighbours({ k: 5 });
      return {
        fit: (A: never, b: never) => inner.fit(A, b),
        predict: (A: never) => inner.predict(A).map(convert),
      };
    };
    await expect(new GridSearchCV(model, { a: [1] }).fit(X, y)).rejects.toMatchObject({
      code: 'fit-failed',
      message: expect.stringContaining(`predict returned ${shown}, but y has labels such as 0.`),
    });
  });
});

describe('a study that does not fit', () => {
  it('has the wrong direction', async () => {
    const study = await createStudy({ sampler: new RandomSampler(), space: { k: float(0, 1) } });
    await expect(new StudySearchCV(() => new Neighbours({ k: 1 }), study).fit(X, y)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/direction 'maximize'/),
    });
  });
});
