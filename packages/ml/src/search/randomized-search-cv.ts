import { type Checks, check, checkOptions } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import type { EstimatorFactory } from '../estimator/estimator.ts';
import {
  candidateSpace,
  gridCombinations,
  type ParamDistributions,
  type ParamGrid,
  type ParamsOfLists,
} from './candidates.ts';
import { type SearchOptions, searchChecks } from './options.ts';
import { SearchCV } from './search-cv.ts';
import type { SearchPlan } from './search-plan.ts';

/** Options of {@link RandomizedSearchCV}. */
export interface RandomizedSearchOptions<P> extends SearchOptions<P> {
  /** Number of candidates. Default 10. */
  readonly trials?: number;
}

const optionChecks: Checks<RandomizedSearchOptions<unknown>> = { ...searchChecks, trials: check.count(1) };

/**
 * Scores random combinations by cross-validation. As scikit-learn's `RandomizedSearchCV`: if all parameters are lists,
 * no combination is drawn twice.
 * @example
 * const distributions = { C: float(1e-2, 1e3, { log: true }), kernel: ['linear', 'rbf'] };
 * const search = new RandomizedSearchCV((params) => new Svm(params), distributions, { trials: 60, seed: 1 });
 * await search.fit(X, y);
 */
export class RandomizedSearchCV<const D extends ParamDistributions | readonly ParamDistributions[]> extends SearchCV<
  ParamsOfLists<D>
> {
  readonly #plan: SearchPlan<ParamsOfLists<D>>;

  /**
   * @param distributions lists of values and ranges by parameter, or a list of such dictionaries
   * @throws AsktellError `invalid-argument`, `invalid-space`
   */
  constructor(
    factory: EstimatorFactory<ParamsOfLists<D>>,
    distributions: D,
    options: RandomizedSearchOptions<ParamsOfLists<D>> = {},
  ) {
    checkOptions('RandomizedSearchCV', options, optionChecks);
    const { trials = 10, ...others } = options;
    super('RandomizedSearchCV', factory, others);
    const { space, decode } = candidateSpace<ParamsOfLists<D>>('RandomizedSearchCV', distributions);
    const areLists = [distributions].flat().every((part) => Object.values(part).every(Array.isArray));
    const cells = areLists ? gridCombinations(distributions as ParamGrid | readonly ParamGrid[]).length : null;
    this.#plan = {
      space,
      sampler: new RandomSampler(),
      ...(cells === null ? {} : { duplicates: 'avoid' }),
      total: Math.min(trials, cells ?? trials),
      decode,
    };
  }

  protected plan(): SearchPlan<ParamsOfLists<D>> {
    return this.#plan;
  }
}
