import { type Checks, check, checkOptions, must, type Signal } from '@asktell/core';
import { type Features, rowCount } from '../data/features.ts';
import type { Labels } from '../data/labels.ts';
import type { EstimatorFactory } from '../estimator/estimator.ts';
import type { Scoring } from '../metrics/scorer.ts';
import { titled } from './column-names.ts';
import { isNumberOrRaise } from './error-score.ts';
import { type FoldScores, fitFold } from './fit-fold.ts';
import { checkRows, type RowOptions, readFolds, readTask, scorersFor } from './read-folds.ts';

/** Options of {@link crossValidate}. */
export interface CrossValidateOptions extends RowOptions {
  /** Default: accuracy for classes, R² for numbers. */
  readonly scoring?: Scoring;
  /** One group per row. */
  readonly groups?: Labels;
  /** The score of a fold whose fit fails, or `'raise'` to end with its error. Default NaN. */
  readonly errorScore?: number | 'raise';
  /** Milliseconds for a fit and its scores. Default: no limit. */
  readonly fitTimeout?: number;
  /** Seed of the models' random streams. Default 0. */
  readonly seed?: number;
  /** Aborting it ends the call with the signal's reason. */
  readonly signal?: Signal;
}

const optionChecks: Checks<CrossValidateOptions> = {
  cv: check.anything,
  ordered: check.boolean,
  checkFinite: check.boolean,
  scoring: check.anything,
  groups: check.anything,
  errorScore: isNumberOrRaise,
  fitTimeout: check.duration,
  seed: check.seed,
  signal: must('an AbortSignal', (value) => typeof value === 'object' && value !== null && 'aborted' in value),
};

/**
 * Fits and scores a model on each fold. As scikit-learn's `cross_validate`.
 * @returns columns with one entry per fold: `fitTime` and `scoreTime` in milliseconds, and `testScore`, or `testAccuracy`
 *   and so on with several scorers
 * @throws AsktellError `invalid-data`, `invalid-folds`, `invalid-argument`; `fit-failed`, `fit-timeout` with `errorScore: 'raise'`
 * @example
 * const { testScore } = await crossValidate(({ k }) => new KNN({ k }), { k: 5 }, X, y, { cv: 10, scoring: 'f1Macro' });
 */
export async function crossValidate<P>(
  factory: EstimatorFactory<P>,
  params: P,
  X: Features,
  y: Labels,
  options: CrossValidateOptions = {},
): Promise<{ readonly [column: string]: Float64Array }> {
  const where = 'crossValidate';
  checkOptions(where, options, optionChecks);
  const { scoring, groups, errorScore = Number.NaN, fitTimeout = Number.POSITIVE_INFINITY, seed = 0, signal } = options;
  checkRows(where, X, y, groups, options.checkFinite ?? true);
  const scorers = scorersFor(where, scoring, y);
  const data = { samples: rowCount(X), labels: y, groups };
  const folds = readFolds(where, options, readTask(scorers, y), data);
  const settings = { where, factory, X, y, scorers, timeout: fitTimeout, seed, signal };
  const results: FoldScores[] = [];
  for (const [number, fold] of folds.entries()) {
    if (signal?.aborted) throw signal.reason;
    try {
      results.push(await fitFold(settings, params, fold, number));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (errorScore === 'raise') throw error;
      results.push({ scores: Array.from(scorers, () => errorScore), fitTime: 0, scoreTime: 0 });
    }
  }
  const column = (of: (result: FoldScores) => number): Float64Array => Float64Array.from(results, of);
  return {
    fitTime: column((result) => result.fitTime),
    scoreTime: column((result) => result.scoreTime),
    ...Object.fromEntries(
      [...scorers.keys()].map((name, i) => [`test${titled(name)}`, column(({ scores }) => scores[i] as number)]),
    ),
  };
}
