/** `asktell/ml`: everything of `@asktell/ml`, with searches that open storages from paths and use the defaults of `asktell`. */

import type { Space } from '@asktell/core';
import {
  type AnyStudy,
  GridSearchCV as CoreGridSearchCV,
  RandomizedSearchCV as CoreRandomizedSearchCV,
  StudySearchCV as CoreStudySearchCV,
  type EstimatorFactory,
  type ParamDistributions,
  type ParamGrid,
  type ParamsOfLists,
  type ParamsOfSearch,
  type RandomizedSearchOptions,
  type SearchOptions,
  type StudyFactory,
  type StudySearchOptions,
} from '@asktell/ml';
import { createStudy } from './study/studies.ts';

export * from '@asktell/ml';

const own = { createStudy: createStudy as unknown as StudyFactory };

/**
 * Scores every combination of a grid by cross-validation. As scikit-learn's `GridSearchCV`.
 * @example
 * const search = new GridSearchCV((params) => new KNN(params), { k: [1, 3, 5] }, { storage: 'knn.db' });
 * await search.fit(X, y);
 * console.log(search.bestParams, search.bestScore);
 */
export class GridSearchCV<const G extends ParamGrid | readonly ParamGrid[]> extends CoreGridSearchCV<G> {
  /** @throws AsktellError `invalid-argument`, `invalid-space` */
  constructor(factory: EstimatorFactory<ParamsOfLists<G>>, grid: G, options: SearchOptions<ParamsOfLists<G>> = {}) {
    super(factory, grid, { ...own, ...options });
  }
}

/** Scores random combinations by cross-validation. As scikit-learn's `RandomizedSearchCV`. */
export class RandomizedSearchCV<
  const D extends ParamDistributions | readonly ParamDistributions[],
> extends CoreRandomizedSearchCV<D> {
  /** @throws AsktellError `invalid-argument`, `invalid-space` */
  constructor(
    factory: EstimatorFactory<ParamsOfLists<D>>,
    distributions: D,
    options: RandomizedSearchOptions<ParamsOfLists<D>> = {},
  ) {
    super(factory, distributions, { ...own, ...options });
  }
}

/** Searches a space with TPE or any other sampler, and stops candidates between folds. */
export class StudySearchCV<const S extends Space | AnyStudy> extends CoreStudySearchCV<S> {
  /** @throws AsktellError `invalid-argument` */
  constructor(
    factory: EstimatorFactory<ParamsOfSearch<S>>,
    space: S,
    options: StudySearchOptions<ParamsOfSearch<S>> = {},
  ) {
    super(factory, space, { ...own, ...options });
  }
}
