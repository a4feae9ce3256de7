import { AsktellError } from '@asktell/core';
import { classesOf, type Label, type Labels } from '../data/labels.ts';
import { checkPair } from './check-pair.ts';

/**
 * The share of correct predictions.
 * @throws AsktellError `invalid-data` for lists that are empty or of different lengths
 * @example accuracy(['a', 'b', 'b'], ['a', 'b', 'a']) // 2 / 3
 */
export function accuracy(actual: Labels, predicted: Labels): number {
  checkPair('accuracy', actual, predicted);
  let right = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] === predicted[i]) right++;
  return right / actual.length;
}

/** The mean of the classes' recalls. Classes that occur in `predicted` only do not count. */
export function balancedAccuracy(actual: Labels, predicted: Labels): number {
  checkPair('balancedAccuracy', actual, predicted);
  const counts = countsOf(actual, predicted).filter(({ support }) => support > 0);
  return counts.reduce((sum, { hits, support }) => sum + hits / support, 0) / counts.length;
}

/** How {@link f1} combines the classes. */
export interface F1Options {
  /**
   * `'binary'` (default): the positive class only. `'macro'`: the plain mean. `'weighted'`: the mean by the number of
   * rows. `'micro'`: from the totals.
   */
  readonly average?: 'binary' | 'macro' | 'weighted' | 'micro';
  /** The positive class. Default: the larger one of the two. */
  readonly positive?: Label;
}

/**
 * The harmonic mean of precision and recall. A class without a hit has 0.
 * @throws AsktellError `invalid-data` if `average` is `'binary'` and there are more than two classes
 */
export function f1(actual: Labels, predicted: Labels, { average = 'binary', positive }: F1Options = {}): number {
  checkPair('f1', actual, predicted);
  const counts = countsOf(actual, predicted);
  const scoreOf = (hits: number, support: number, predictions: number): number =>
    support + predictions === 0 ? 0 : (2 * hits) / (support + predictions);
  if (average === 'binary') {
    if (positive === undefined && counts.length > 2)
      throw new AsktellError(
        'invalid-data',
        `f1: there are ${counts.length} classes. Pass average: 'macro', 'weighted' or 'micro', or score with 'f1Macro'.`,
      );
    const chosen = counts.find(({ label }) => label === (positive ?? counts.at(-1)?.label));
    return chosen === undefined ? 0 : scoreOf(chosen.hits, chosen.support, chosen.predictions);
  }
  const sum = (of: (count: ClassCount) => number): number => counts.reduce((total, count) => total + of(count), 0);
  if (average === 'micro')
    return scoreOf(
      sum((c) => c.hits),
      sum((c) => c.support),
      sum((c) => c.predictions),
    );
  const weight = (count: ClassCount): number => (average === 'macro' ? 1 : count.support);
  return sum((c) => weight(c) * scoreOf(c.hits, c.support, c.predictions)) / sum(weight);
}

interface ClassCount {
  readonly label: Label;
  /** Correct predictions. */
  hits: number;
  /** Rows of the class. */
  support: number;
  /** Predictions of the class. */
  predictions: number;
}

/** Counts by class, in ascending order of the classes that occur on either side. */
function countsOf(actual: Labels, predicted: Labels): ClassCount[] {
  const labels = classesOf([...(actual as Iterable<Label>), ...(predicted as Iterable<Label>)]);
  const counts = new Map(labels.map((label) => [label, { label, hits: 0, support: 0, predictions: 0 }]));
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [counts.get(actual[i] as Label), counts.get(predicted[i] as Label)] as [ClassCount, ClassCount];
    a.support++;
    b.predictions++;
    if (a === b) a.hits++;
  }
  return [...counts.values()];
}
