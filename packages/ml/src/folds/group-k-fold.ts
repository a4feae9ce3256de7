import { AsktellError, type Checks, check, checkOptions } from '@asktell/core';
import { classesOf, type Label } from '../data/labels.ts';
import { type Fold, foldsOfAssignment, type SplitData, type Splitter } from './splitter.ts';

/** Options of {@link GroupKFold}. */
export interface GroupKFoldOptions {
  /** Number of folds, 2 or more. Default 5. */
  readonly folds?: number;
}

const optionChecks: Checks<GroupKFoldOptions> = { folds: check.count(2) };

/**
 * Folds that never divide a group: all rows of a patient, a user or a document are in one test fold. The groups go by
 * size to the smallest fold so far, as in scikit-learn's `GroupKFold`.
 * @example new GroupKFold({ folds: 3 }).split({ samples: 6, groups: ['a', 'a', 'b', 'b', 'c', 'c'] })
 */
export class GroupKFold implements Splitter {
  readonly name = 'GroupKFold';
  readonly folds: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: GroupKFoldOptions = {}) {
    checkOptions('GroupKFold', options, optionChecks);
    this.folds = options.folds ?? 5;
  }

  /** @throws AsktellError `invalid-data` without groups; `invalid-folds` if there are fewer groups than folds */
  split({ samples, groups }: SplitData): readonly Fold[] {
    if (groups === undefined || groups.length !== samples)
      throw new AsktellError('invalid-data', `${this.name} needs one group per row. Pass groups.`);
    const names = classesOf(groups);
    if (names.length < this.folds)
      throw new AsktellError(
        'invalid-folds',
        `${this.name}: ${names.length} groups cannot be divided into ${this.folds} folds. Use fewer folds.`,
      );
    const codes = new Map(names.map((name, code) => [name, code]));
    const codeOf = (row: number): number => codes.get(groups[row] as Label) as number;
    const sizes = new Int32Array(names.length);
    for (let i = 0; i < samples; i++) (sizes[codeOf(i)] as number)++;
    const bySize = names.map((_, code) => code).sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || b - a);
    const load = new Int32Array(this.folds);
    const foldOf = new Int32Array(names.length);
    for (const code of bySize) {
      const lightest = load.indexOf(Math.min(...load));
      foldOf[code] = lightest;
      (load[lightest] as number) += sizes[code] as number;
    }
    return foldsOfAssignment(
      Int32Array.from({ length: samples }, (_, i) => foldOf[codeOf(i)] as number),
      this.folds,
    );
  }
}
