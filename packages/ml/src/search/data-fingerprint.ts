import { columnCount, type Features, feature, rowCount } from '../data/features.ts';
import type { Labels } from '../data/labels.ts';
import type { Fold } from '../folds/splitter.ts';

/** A hash (FNV-1a, 32 bits) of the rows, the labels and the folds, to recognize other data when a search is resumed. */
export function dataFingerprint(X: Features, y: Labels, folds: readonly Fold[]): string {
  let hash = 0x811c9dc5;
  const word = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  const number = new Float64Array(1);
  const words = new Int32Array(number.buffer);
  const [rows, columns] = [rowCount(X), columnCount(X)];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      number[0] = feature(X, i, j);
      word(words[0] as number);
      word(words[1] as number);
    }
  for (let i = 0; i < y.length; i++) {
    for (const letter of String(y[i])) word(letter.codePointAt(0) as number);
    word(-1);
  }
  for (const { train, test } of folds) for (const side of [train, test]) for (const row of side) word(row);
  return `${rows}x${columns}:${(hash >>> 0).toString(16)}`;
}
