import { AsktellError, show } from '@asktell/core';
import type { Label, Labels } from '../data/labels.ts';
import type { Fold } from './splitter.ts';

/** What the folds must respect. */
export interface FoldRules {
  /** The number of rows. */
  readonly samples: number;
  /** No group may be on both sides of a fold. */
  readonly groups?: Labels | undefined;
  /** Whether rows are in order of time: no row to fit on may come after a row to score on. Default `false`. */
  readonly ordered?: boolean | undefined;
}

/**
 * Checks folds, your own in particular: indices within the data, no empty side, no row on both sides, no group on both
 * sides, and with `ordered` no future row to fit on.
 * @throws AsktellError `invalid-folds`
 */
export function checkFolds(
  where: string,
  folds: readonly Fold[],
  { samples, groups, ordered = false }: FoldRules,
): void {
  if (!Array.isArray(folds)) throw invalid(`${where}: the folds must be a list, not ${show(folds)}.`);
  if (folds.length === 0) throw invalid(`${where}: there are no folds. Pass at least one.`);
  for (const [number, fold] of folds.entries()) {
    const { train, test } = (fold ?? {}) as Partial<Fold>;
    if (!isList(train) || !isList(test))
      throw invalid(`${where}: fold ${number} must be { train, test } with lists of rows, not ${show(fold)}.`);
    if (train.length === 0 || test.length === 0)
      throw invalid(`${where}: fold ${number} has no rows to ${test.length === 0 ? 'score' : 'fit'} on. Remove it.`);
    const side = new Uint8Array(samples);
    for (const [rows, mark] of [
      [train, 1],
      [test, 2],
    ] as const)
      for (const row of rows) {
        if (!(Number.isInteger(row) && row >= 0 && row < samples))
          throw invalid(`${where}: fold ${number} contains row ${show(row)}, but rows are 0 to ${samples - 1}.`);
        if (side[row] === 1 && mark === 2)
          throw invalid(`${where}: fold ${number} fits and scores on row ${row}. Remove it from one side.`);
        side[row] = mark;
      }
    if (groups !== undefined) checkGroups(where, number, groups, train, test);
    if (ordered) {
      const last = train.reduce((a, b) => Math.max(a, b));
      const first = test.reduce((a, b) => Math.min(a, b));
      if (last > first)
        throw invalid(
          `${where}: fold ${number} fits on row ${last}, which comes after row ${first} that it scores on. Use TimeSeriesSplit.`,
        );
    }
  }
}

function checkGroups(where: string, fold: number, groups: Labels, train: Int32Array, test: Int32Array): void {
  const inTrain = new Set(Array.from(train, (row) => groups[row] as Label));
  for (const row of test)
    if (inTrain.has(groups[row] as Label))
      throw invalid(
        `${where}: group ${show(groups[row])} is on both sides of fold ${fold}, so the score would be too good. Use GroupKFold.`,
      );
}

function isList(rows: Int32Array | undefined): rows is Int32Array {
  return Array.isArray(rows) || ArrayBuffer.isView(rows);
}

function invalid(message: string): AsktellError {
  return new AsktellError('invalid-folds', message);
}
