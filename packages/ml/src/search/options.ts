import {
  type Checks,
  type CreateStudyOptions,
  check,
  must,
  type OptimizeOptions,
  type Pruner,
  type Signal,
  type Space,
  type Storage,
  type Study,
} from '@asktell/core';
import { isNumberOrRaise } from '../cross-validate/error-score.ts';
import type { RowOptions } from '../cross-validate/read-folds.ts';
import type { Scoring } from '../metrics/scorer.ts';
import type { Refit } from './refit.ts';

/** Creates the study of a search. `asktell/ml` passes the `createStudy` of `asktell`. */
export type StudyFactory = (options: CreateStudyOptions<Space, Storage | string>) => Promise<Study<never>>;

/** Options that all searches share. */
export interface SearchOptions<P> extends RowOptions {
  /** Default: accuracy for classes, R² for numbers. */
  readonly scoring?: Scoring;
  /** Default `true`. */
  readonly refit?: Refit<P>;
  /** The score of a fold whose fit fails, or `'raise'` to end the search with its error. Default NaN: the candidate fails. */
  readonly errorScore?: number | 'raise';
  /** Milliseconds for one fit and its scores, the final fit included, for asynchronous models. Default: no limit. */
  readonly fitTimeout?: number;
  /**
   * Share of the rows that the search does not see. The best candidates are scored on them at the end: see `honest` and
   * `report`. The final fit uses all rows. Default: none.
   */
  readonly holdOut?: number;
  /** Maximum number of candidates that are measured at the same time. Only asynchronous fits overlap. Default 1. */
  readonly concurrency?: number;
  /** As in `study.optimize`. */
  readonly progress?: OptimizeOptions<object>['progress'];
  /** Milliseconds of the search. After that no candidate is started. Default: no limit. */
  readonly timeout?: number;
  /** Aborting it ends the search with the candidates measured so far. */
  readonly signal?: Signal;
  /** Seed of the study, and of the models' random streams. Default: random. */
  readonly seed?: number;
  /** A file such as `'cv.db'` (with `asktell/ml`) or a storage. A search that was killed goes on where it stopped. Default: in memory. */
  readonly storage?: Storage | string;
  /** Name of the study in the storage. Default: the name of the class. */
  readonly name?: string;
  /** As in `createStudy`. */
  readonly worker?: string;
  /** Decides after each fold whether a candidate is stopped. */
  readonly pruner?: Pruner;
  /**
   * What is reported after each fold: its score, or the mean of the scores so far. Default: scores for pruners that compare
   * fold by fold (`WilcoxonPruner`, `RacingPruner`), means for all others.
   */
  readonly reports?: 'scores' | 'means';
  /** Creates the study. Default: the `createStudy` of `@asktell/core`. */
  readonly createStudy?: StudyFactory;
}

/** The checks of {@link SearchOptions}. */
export const searchChecks: Checks<SearchOptions<unknown>> = {
  cv: check.anything,
  ordered: check.boolean,
  checkFinite: check.boolean,
  scoring: check.anything,
  refit: must(
    'true, false, the name of a scorer, a function or { oneStandardError: (params) => complexity }',
    (value) =>
      ['boolean', 'string', 'function'].includes(typeof value) ||
      typeof (value as { readonly oneStandardError?: unknown } | null)?.oneStandardError === 'function',
  ),
  errorScore: isNumberOrRaise,
  fitTimeout: check.duration,
  holdOut: must('a number between 0 and 1', (value) => typeof value === 'number' && value > 0 && value < 1),
  concurrency: check.count(1),
  progress: check.anything,
  timeout: check.duration,
  signal: must('an AbortSignal', (value) => typeof value === 'object' && value !== null && 'aborted' in value),
  seed: check.seed,
  storage: check.anything,
  name: check.name,
  worker: check.name,
  pruner: check.object,
  reports: must("'scores' or 'means'", (value) => value === 'scores' || value === 'means'),
  createStudy: must('a function', (value) => typeof value === 'function'),
};
