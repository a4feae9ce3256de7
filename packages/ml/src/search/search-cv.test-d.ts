import { createStudy, float, int, oneOf } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { expectTypeOf, test } from 'vitest';
import { StandardScaler } from '../estimator/standard-scaler.ts';
import { GridSearchCV } from './grid-search-cv.ts';
import { RandomizedSearchCV } from './randomized-search-cv.ts';
import { StudySearchCV } from './study-search-cv.ts';

class Model {
  readonly options: object;
  constructor(options: object) {
    this.options = options;
  }
  fit(X: number[][], y: readonly number[]): number {
    return X.length + y.length;
  }
  predict(X: number[][]): number[] {
    return X.map(() => 0);
  }
}

test('parameters of a grid', () => {
  const search = new GridSearchCV((params) => new Model(params), { C: [0.1, 1], kernel: ['linear', 'rbf'] });
  expectTypeOf(search.bestParams.kernel).toEqualTypeOf<'linear' | 'rbf'>();
  expectTypeOf(search.bestParams.C).toEqualTypeOf<0.1 | 1>();
  const several = new GridSearchCV((params) => new Model(params), [{ C: [1] }, { gamma: [2] }]);
  expectTypeOf(several.bestParams).toEqualTypeOf<{ readonly C: 1 } | { readonly gamma: 2 }>();
});

test('parameters of lists and ranges', () => {
  const search = new RandomizedSearchCV((params) => new Model(params), { C: float(0, 1), k: int(1, 3), w: ['a', 'b'] });
  expectTypeOf(search.bestParams).toEqualTypeOf<{ readonly C: number; readonly k: number; readonly w: 'a' | 'b' }>();
});

test('parameters of spaces and studies, and pipelines without annotations', async () => {
  const space = { kernel: oneOf({ linear: { c: float(0, 1) }, rbf: { c: float(0, 1), gamma: float(0, 1) } }) };
  const search = new StudySearchCV(({ kernel }) => {
    expectTypeOf(kernel.type).toEqualTypeOf<'linear' | 'rbf'>();
    return [new StandardScaler(), new Model(kernel)];
  }, space);
  expectTypeOf(search.bestParams.kernel.c).toEqualTypeOf<number>();
  const study = await createStudy({ sampler: new RandomSampler(), space: { k: int(1, 3) }, direction: 'maximize' });
  const open = new StudySearchCV(({ k }) => new Model({ k }), study);
  expectTypeOf(open.bestParams).toEqualTypeOf<{ readonly k: number }>();
});
