import { AsktellError, checkOptions, show } from '@asktell/core';
import type { Label, Labels } from '../data/labels.ts';
import { type KFoldOptions, kFoldChecks, requireRows, splitRng } from './k-fold.ts';
import { type Fold, foldsOfAssignment, type SplitData, type Splitter } from './splitter.ts';

/**
 * Folds in which the classes have the same shares as in the whole data set. Without `shuffle` the folds are those of
 * scikit-learn's `StratifiedKFold`, which only warns of a class that is missing in a fold.
 * @example new StratifiedKFold({ folds: 5, shuffle: true, seed: 1 }).split({ samples: y.length, labels: y })
 */
export class StratifiedKFold implements Splitter {
  readonly name = 'StratifiedKFold';
  readonly folds: number;
  readonly shuffle: boolean;
  readonly seed: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: KFoldOptions = {}) {
    checkOptions('StratifiedKFold', options, kFoldChecks);
    const { folds = 5, shuffle = false, seed = 0 } = options;
    this.folds = folds;
    this.shuffle = shuffle;
    this.seed = seed;
  }

  /** @throws AsktellError `invalid-folds`; `invalid-data` for one class, or a class with fewer rows than folds */
  split({ samples, labels }: SplitData): readonly Fold[] {
    requireRows(this.name, samples, this.folds);
    const { codes, classes } = encodeClasses(this.name, labels, samples);
    const sizes = classes.map((_, code) => codes.reduce((sum, other) => sum + (other === code ? 1 : 0), 0));
    for (const [code, size] of sizes.entries())
      if (size < this.folds)
        throw new AsktellError(
          'invalid-data',
          `${this.name}: class ${show(classes[code])} has ${size} rows, fewer than the ${this.folds} folds, so a fold would lack it. Use fewer folds or merge classes.${typeof classes[code] === 'number' ? ` If the labels are amounts, pass KFold, or a scorer such as 'r2'.` : ''}`,
        );
    // The rows sorted by class are dealt to the folds in turn. This decides how many rows of a class a fold gets.
    const counts = classes.map(() => new Int32Array(this.folds));
    let position = 0;
    for (const [code, size] of sizes.entries()) {
      const count = counts[code] as Int32Array;
      for (let i = 0; i < size; i++, position++) (count[position % this.folds] as number)++;
    }
    const rng = splitRng(this.seed, this.name);
    const queues = counts.map((count) => {
      const queue = new Int32Array(count.reduce((a, b) => a + b, 0));
      for (let fold = 0, at = 0; fold < this.folds; fold++)
        for (let i = 0; i < (count[fold] as number); i++) queue[at++] = fold;
      return this.shuffle ? rng.shuffle(queue) : queue;
    });
    const next = new Int32Array(classes.length);
    const assignment = Int32Array.from(codes, (code) => queues[code]?.[(next[code] as number)++] as number);
    return foldsOfAssignment(assignment, this.folds);
  }
}

/** The class of each row as an index into the classes, which are in order of first occurrence. */
export function encodeClasses(
  name: string,
  labels: Labels | undefined,
  samples: number,
): { readonly codes: Int32Array; readonly classes: readonly Label[] } {
  if (labels === undefined || labels.length !== samples)
    throw new AsktellError('invalid-data', `${name} needs one label per row. Pass labels.`);
  const known = new Map<Label, number>();
  const codes = Int32Array.from({ length: samples }, (_, i) => {
    const label = labels[i] as Label;
    const code = known.get(label) ?? known.size;
    known.set(label, code);
    return code;
  });
  if (known.size < 2)
    throw new AsktellError(
      'invalid-data',
      `${name}: all rows have the class ${show(labels[0])}. Pass rows of at least two classes.`,
    );
  return { codes, classes: [...known.keys()] };
}
