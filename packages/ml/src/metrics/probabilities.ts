import { AsktellError, show } from '@asktell/core';
import { log } from '@asktell/numerics/elementary';
import { columnCount, type Features, feature, rowCount } from '../data/features.ts';
import { classesOf, type Label, type Labels } from '../data/labels.ts';
import { checkPair } from './check-pair.ts';

/**
 * Probabilities of the classes, one row per sample and one column per class in ascending order of the classes; with two
 * classes also the probability of the larger class alone.
 */
export type Probabilities = Features | ArrayLike<number>;

/** Options of metrics of probabilities. */
export interface ProbabilityOptions {
  /** The classes of the columns in ascending order. Default: the classes of the labels. */
  readonly classes?: readonly Label[];
}

/** Probabilities are kept this far from 0 and 1, as in scikit-learn. */
const leastProbability = 2 ** -52;

/**
 * The mean of −log of the probability of the true class. Rows are scaled to the sum 1.
 * @throws AsktellError `invalid-data`
 */
export function logLoss(actual: Labels, predicted: Probabilities, options: ProbabilityOptions = {}): number {
  const { rows, classes, at } = readProbabilities('logLoss', actual, predicted, options);
  const codes = new Map(classes.map((label, code) => [label, code]));
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < classes.length; j++) sum += at(i, j);
    const p = at(i, codes.get(actual[i] as Label) as number) / sum;
    loss -= log(Math.min(1 - leastProbability, Math.max(leastProbability, p)));
  }
  return loss / rows;
}

/**
 * The area under the receiver operating characteristic: the probability that a positive row is ranked above a negative one,
 * where ties count half. More than two classes: the plain mean over the classes, each against the others.
 * @throws AsktellError `invalid-data`, also if a class does not occur in `actual`
 */
export function rocAuc(actual: Labels, predicted: Probabilities, options: ProbabilityOptions = {}): number {
  const { rows, classes, at } = readProbabilities('rocAuc', actual, predicted, options);
  const column = (j: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => at(i, j));
  const area = (j: number): number => areaUnderCurve(column(j), (i) => actual[i] === classes[j], show(classes[j]));
  if (classes.length === 2) return area(1);
  return classes.reduce<number>((sum, _, j) => sum + area(j), 0) / classes.length;
}

/** The Mann–Whitney statistic from mid-ranks. */
function areaUnderCurve(scores: Float64Array, isPositive: (row: number) => boolean, name: string): number {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && scores[order[end] as number] === scores[order[i] as number]) end++;
    for (let k = i; k < end; k++)
      if (isPositive(order[k] as number)) {
        positives++;
        rankSum += (i + end + 1) / 2;
      }
    i = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0)
    throw new AsktellError(
      'invalid-data',
      `rocAuc: the rows ${positives === 0 ? 'do not contain class' : 'are all of class'} ${name}. Use stratified folds.`,
    );
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function readProbabilities(
  where: string,
  actual: Labels,
  predicted: Probabilities,
  { classes = classesOf(actual) }: ProbabilityOptions,
): { readonly rows: number; readonly classes: readonly Label[]; readonly at: (row: number, column: number) => number } {
  const flat = isFlat(predicted);
  const rows = flat ? predicted.length : rowCount(predicted);
  checkPair(where, actual, { length: rows });
  const unknown = Array.from(actual as ArrayLike<Label>).find((label) => !classes.includes(label));
  if (unknown !== undefined)
    throw new AsktellError(
      'invalid-data',
      `${where}: label ${show(unknown)} is not among the classes ${show(classes)}.`,
    );
  if (classes.length < 2)
    throw new AsktellError('invalid-data', `${where}: there is one class, ${show(classes[0])}. Use stratified folds.`);
  const width = flat ? 2 : columnCount(predicted);
  if (width !== classes.length)
    throw new AsktellError(
      'invalid-data',
      `${where}: the probabilities have ${flat ? 'one column' : `${width} columns`}, but there are ${classes.length} classes.`,
    );
  const at = flat
    ? (i: number, j: number): number => (j === 1 ? (predicted[i] as number) : 1 - (predicted[i] as number))
    : (i: number, j: number): number => feature(predicted, i, j);
  return { rows, classes, at };
}

function isFlat(predicted: Probabilities): predicted is ArrayLike<number> {
  return 'length' in predicted && typeof predicted[0] === 'number';
}
