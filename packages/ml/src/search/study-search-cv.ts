import {
  AsktellError,
  type Checks,
  check,
  checkOptions,
  type ParamsOf,
  type Sampler,
  type Space,
  type Study,
  show,
} from '@asktell/core';
import { RacingPruner } from '@asktell/pruners';
import type { EstimatorFactory } from '../estimator/estimator.ts';
import type { AnyStudy } from '../honest/outer-folds.ts';
import { checkColumnNames } from './candidates.ts';
import { isStudy } from './open-study.ts';
import { type SearchOptions, searchChecks } from './options.ts';
import { SearchCV } from './search-cv.ts';
import type { SearchPlan } from './search-plan.ts';

/** Options of {@link StudySearchCV}. */
export interface StudySearchOptions<P> extends SearchOptions<P> {
  /** Number of candidates, those included that the study already has. Default 50. */
  readonly trials?: number;
  /** Default: that of `createStudy`. */
  readonly sampler?: Sampler;
}

const optionChecks: Checks<StudySearchOptions<unknown>> = {
  ...searchChecks,
  trials: check.count(1),
  sampler: check.object,
};

/**
 * Searches a space with any sampler, and stops candidates between folds: by default with {@link RacingPruner}, when
 * they will hardly become the best.
 * @example
 * const space = { C: float(1e-2, 1e3, { log: true }), gamma: float(1e-4, 1, { log: true }) };
 * const search = new StudySearchCV((params) => new Svm(params), space, { trials: 60, holdOut: 0.2, storage: 'svm.db' });
 * await search.fit(X, y);
 * console.log(search.bestParams, String(search.report));
 */
export class StudySearchCV<const S extends Space | AnyStudy> extends SearchCV<ParamsOfSearch<S>> {
  readonly #plan: SearchPlan<ParamsOfSearch<S>>;

  /**
   * @param space a space, or an open study with a space and the direction `'maximize'`
   * @throws AsktellError `invalid-argument`; `fit` also throws `invalid-space`
   */
  constructor(
    factory: EstimatorFactory<ParamsOfSearch<S>>,
    space: S,
    options: StudySearchOptions<ParamsOfSearch<S>> = {},
  ) {
    checkOptions('StudySearchCV', options, optionChecks);
    if (typeof space !== 'object' || space === null)
      throw new AsktellError(
        'invalid-argument',
        `StudySearchCV: the second argument must be a space or a study, not ${show(space)}.`,
      );
    if (!isStudy(space)) checkColumnNames('StudySearchCV', Object.keys(space));
    const { trials = 50, sampler, ...others } = options;
    super('StudySearchCV', factory, { pruner: new RacingPruner(), ...others });
    this.#plan = { space, sampler, total: trials, decode: (params) => params as ParamsOfSearch<S> };
  }

  protected plan(): SearchPlan<ParamsOfSearch<S>> {
    return this.#plan;
  }
}

/** The type of the parameters of a space, or of the trials of a study. */
export type ParamsOfSearch<S> = S extends Study<infer P> ? P : S extends Space ? ParamsOf<S> : never;
