import { AsktellError, checkOptions, type Distribution, type Space, show } from '@asktell/core';
import { GridSampler } from '@asktell/sampler-grid';
import type { EstimatorFactory } from '../estimator/estimator.ts';
import { candidateKey, candidateSpace, gridCombinations, type ParamGrid, type ParamsOfLists } from './candidates.ts';
import { type SearchOptions, searchChecks } from './options.ts';
import { SearchCV } from './search-cv.ts';
import type { SearchPlan } from './search-plan.ts';

/**
 * Scores every combination of a grid by cross-validation. As scikit-learn's `GridSearchCV`.
 * @example
 * const search = new GridSearchCV((params) => new KNN(params), { k: [1, 3, 5], weights: ['uniform', 'distance'] });
 * await search.fit(X, y);
 * console.log(search.bestParams, search.bestScore, search.cvResults.meanTestScore);
 */
export class GridSearchCV<const G extends ParamGrid | readonly ParamGrid[]> extends SearchCV<ParamsOfLists<G>> {
  readonly #plan: SearchPlan<ParamsOfLists<G>>;

  /**
   * @param grid lists of values by parameter, or a list of such grids
   * @throws AsktellError `invalid-argument`, `invalid-space`
   */
  constructor(factory: EstimatorFactory<ParamsOfLists<G>>, grid: G, options: SearchOptions<ParamsOfLists<G>> = {}) {
    checkOptions('GridSearchCV', options, searchChecks);
    super('GridSearchCV', factory, options);
    const { space, decode } = candidateSpace<ParamsOfLists<G>>('GridSearchCV', grid);
    for (const part of [grid as ParamGrid | readonly ParamGrid[]].flat())
      for (const [name, values] of Object.entries(part))
        if (!Array.isArray(values))
          throw new AsktellError(
            'invalid-space',
            `GridSearchCV: parameter ${show(name)} is a range. Pass a list of values, or use RandomizedSearchCV or StudySearchCV.`,
          );
    const order = gridCombinations<ParamsOfLists<G>>(grid).map((params) => candidateKey(params as object));
    const positions = new Map(order.map((key, i) => [key, i]));
    this.#plan = {
      space: space as { readonly [name: string]: Distribution } satisfies Space,
      sampler: new GridSampler(),
      total: order.length,
      decode,
      position: (params) => positions.get(candidateKey(params as object)) as number,
    };
  }

  protected plan(): SearchPlan<ParamsOfLists<G>> {
    return this.#plan;
  }
}
