import { AsktellError, type Checks, check, checkOptions, must, show } from '@asktell/core';
import type { CrossValidation } from '../cross-validate/read-folds.ts';
import { checkLabels, type Labels } from '../data/labels.ts';
import { checkFolds } from '../folds/check-folds.ts';
import { KFold } from '../folds/k-fold.ts';
import type { Fold, Splitter } from '../folds/splitter.ts';
import type { HonestTable } from './honest-table.ts';
import {
  type AnyStudy,
  measureOuterFolds,
  type OuterFoldOptions,
  type ParamsOfOutcome,
  type SearchOutcome,
} from './outer-folds.ts';

/** Options of {@link nestedCrossValidate}. */
export interface NestedOptions<R extends AnyStudy | SearchOutcome<unknown>> extends OuterFoldOptions<R> {
  /** Number of rows. */
  readonly samples: number;
  /** The outer folds. Default 5, shuffled by `seed`. */
  readonly cv?: CrossValidation;
  /** For stratified outer folds. */
  readonly labels?: Labels;
  /** Groups that no outer fold may divide. */
  readonly groups?: Labels;
}

const isFunction = must('a function', (value) => typeof value === 'function');

const optionChecks: Checks<NestedOptions<AnyStudy>> = {
  samples: check.count(2),
  cv: check.anything,
  labels: check.anything,
  groups: check.anything,
  search: isFunction,
  evaluate: isFunction,
  baseline: isFunction,
  seed: check.seed,
};

/**
 * Estimates what a whole search is worth: in each outer fold it searches without the test rows, and measures its winner on
 * them. The result belongs to the procedure, not to one winner (Varma and Simon, Bias in error estimation when using
 * cross-validation for model selection, 2006).
 * @throws AsktellError `invalid-argument`, `invalid-folds`, `invalid-data`, `invalid-value`, and what the functions throw
 * @example
 * const table = await nestedCrossValidate({
 *   samples: y.length,
 *   search: ({ train, seed }) => new GridSearchCV(svm, grid, { seed }).fit(takeRows(X, train), takeLabels(y, train)),
 *   evaluate: (params, { test }, search) => search.score(takeRows(X, test), takeLabels(y, test)),
 * });
 */
export async function nestedCrossValidate<R extends AnyStudy | SearchOutcome<unknown>>(
  options: NestedOptions<R>,
): Promise<HonestTable<ParamsOfOutcome<R>>> {
  const where = 'nestedCrossValidate';
  checkOptions(where, options, optionChecks);
  const { samples, cv = 5, labels, groups, seed = 0 } = options;
  if (labels !== undefined) checkLabels(where, 'labels', labels, samples);
  if (groups !== undefined) checkLabels(where, 'groups', groups, samples);
  const folds = outerFolds(cv, seed, { samples, labels, groups });
  checkFolds(where, folds, { samples, groups });
  return measureOuterFolds(where, folds, options);
}

function outerFolds(cv: CrossValidation, seed: number, data: Parameters<Splitter['split']>[0]): readonly Fold[] {
  if (Array.isArray(cv)) return cv as readonly Fold[];
  if (typeof cv === 'number') return new KFold({ folds: cv, shuffle: true, seed }).split(data);
  if (typeof cv === 'object' && typeof (cv as Splitter | null)?.split === 'function')
    return (cv as Splitter).split(data);
  throw new AsktellError(
    'invalid-argument',
    `nestedCrossValidate: cv must be a number, a splitter or a list of folds, not ${show(cv)}.`,
  );
}
