import { AsktellError, type Checks, check, checkOptions, type Rng, rngFor } from '@asktell/core';
import { type Fold, foldsOfAssignment, indices, type SplitData, type Splitter } from './splitter.ts';

/** Options of splitters that may shuffle. */
export interface KFoldOptions {
  /** Number of folds, 2 or more. Default 5. */
  readonly folds?: number;
  /** Shuffles the rows first. Default: rows keep their order. */
  readonly shuffle?: boolean;
  /** Seed of the shuffle. Default 0. */
  readonly seed?: number;
}

/** @internal */
export const kFoldChecks: Checks<KFoldOptions> = { folds: check.count(2), shuffle: check.boolean, seed: check.seed };

/**
 * Divides the rows into consecutive folds whose sizes differ by at most one. Without `shuffle` the folds are those of
 * scikit-learn's `KFold`.
 * @example new KFold({ folds: 10, shuffle: true, seed: 1 }).split({ samples: 150 })
 */
export class KFold implements Splitter {
  readonly name = 'KFold';
  readonly folds: number;
  readonly shuffle: boolean;
  readonly seed: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: KFoldOptions = {}) {
    checkOptions('KFold', options, kFoldChecks);
    const { folds = 5, shuffle = false, seed = 0 } = options;
    this.folds = folds;
    this.shuffle = shuffle;
    this.seed = seed;
  }

  /** @throws AsktellError `invalid-folds` if there are fewer rows than folds */
  split({ samples }: SplitData): readonly Fold[] {
    requireRows(this.name, samples, this.folds);
    const order = this.shuffle ? splitRng(this.seed, this.name).shuffle(indices(samples)) : indices(samples);
    const assignment = new Int32Array(samples);
    const [size, larger] = [Math.floor(samples / this.folds), samples % this.folds];
    let position = 0;
    for (let fold = 0; fold < this.folds; fold++)
      for (let i = size + (fold < larger ? 1 : 0); i > 0; i--) assignment[order[position++] as number] = fold;
    return foldsOfAssignment(assignment, this.folds);
  }
}

/** Each row is the test row of one fold. The folds are those of scikit-learn's `LeaveOneOut`. */
export class LeaveOneOut implements Splitter {
  readonly name = 'LeaveOneOut';

  /** @throws AsktellError `invalid-folds` if there are fewer than two rows */
  split({ samples }: SplitData): readonly Fold[] {
    requireRows(this.name, samples, 2);
    return foldsOfAssignment(indices(samples), samples);
  }
}

/** @throws AsktellError `invalid-folds` */
export function requireRows(name: string, samples: number, least: number): void {
  if (!(samples >= least))
    throw new AsktellError(
      'invalid-folds',
      `${name}: ${samples} rows cannot be divided into ${least} folds. Pass more rows or fewer folds.`,
    );
}

/** The random stream of a splitter. */
export function splitRng(seed: number, name: string, repeat: number = 0): Rng {
  return rngFor(seed, repeat, `folds:${name}`);
}
