import { AsktellError, show } from '@asktell/core';
import { checkFeatures, type Features, rowCount } from '../data/features.ts';
import { checkLabels, type Labels, type Task, taskOf } from '../data/labels.ts';
import { checkFolds } from '../folds/check-folds.ts';
import { KFold } from '../folds/k-fold.ts';
import type { Fold, SplitData, Splitter } from '../folds/splitter.ts';
import { StratifiedKFold } from '../folds/stratified-k-fold.ts';
import { readScoring, type Scorers, type Scoring, taskOfScorers } from '../metrics/scorer.ts';

/** How the rows are divided: a number of folds, a splitter, or folds of your own. */
export type CrossValidation = number | Splitter | readonly Fold[];

/** Options about the rows that all kinds of cross-validation share. */
export interface RowOptions {
  /**
   * Default 5. A number means {@link StratifiedKFold} for classes and {@link KFold} for numbers, both without shuffling, as
   * in scikit-learn.
   */
  readonly cv?: CrossValidation;
  /** Whether rows are in order of time, so that no fold may be fitted on rows that come after its test rows. Default `false`. */
  readonly ordered?: boolean;
  /** `false`: X may contain NaN and infinities. Default `true`. */
  readonly checkFinite?: boolean;
}

/** Whether the labels are classes or numbers: what the scorers say, else what the labels look like. */
export function readTask(scorers: Scorers, y: Labels): Task {
  return taskOfScorers(scorers) ?? taskOf(y);
}

/**
 * The scorers of a data set. Default: accuracy for classes, R² for numbers.
 * @throws AsktellError `invalid-argument`
 */
export function scorersFor(where: string, scoring: Scoring | undefined, y: Labels): Scorers {
  return readScoring(where, scoring ?? (taskOf(y) === 'classification' ? 'accuracy' : 'r2'));
}

/**
 * Checks the data.
 * @throws AsktellError `invalid-data`
 */
export function checkRows(where: string, X: Features, y: Labels, groups: Labels | undefined, finite: boolean): void {
  checkFeatures(where, X, finite);
  checkLabels(where, 'y', y, rowCount(X));
  if (groups !== undefined) checkLabels(where, 'groups', groups, rowCount(X));
}

/**
 * The folds of a data set.
 * @throws AsktellError `invalid-folds`, `invalid-data`, `invalid-argument`
 */
export function readFolds(
  where: string,
  { cv = 5, ordered }: RowOptions,
  task: Task,
  data: SplitData,
): readonly Fold[] {
  const folds = foldsOf(where, cv, task, data);
  checkFolds(where, folds, { samples: data.samples, groups: data.groups, ordered });
  return folds;
}

function foldsOf(where: string, cv: CrossValidation, task: Task, data: SplitData): readonly Fold[] {
  if (Array.isArray(cv)) return cv as readonly Fold[];
  if (typeof cv === 'number')
    return (task === 'classification' ? new StratifiedKFold({ folds: cv }) : new KFold({ folds: cv })).split(data);
  if (typeof cv === 'object' && typeof (cv as Splitter | null)?.split === 'function')
    return (cv as Splitter).split(data);
  throw new AsktellError(
    'invalid-argument',
    `${where}: cv must be a number, a splitter or a list of folds, not ${show(cv)}.`,
  );
}
