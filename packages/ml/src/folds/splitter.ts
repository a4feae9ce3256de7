import type { Labels } from '../data/labels.ts';

/** Indices of the rows to fit on and of the rows to score on. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** What a splitter may use. */
export interface SplitData {
  /** The number of rows. */
  readonly samples: number;
  /** Needed by stratified splitters. */
  readonly labels?: Labels | undefined;
  /** Needed by group splitters. */
  readonly groups?: Labels | undefined;
}

/** Divides the rows of a data set into folds. Equal data and options give equal folds. */
export interface Splitter {
  /** For error messages. */
  readonly name: string;
  /** @throws AsktellError `invalid-folds`, `invalid-data` if the data cannot be divided this way */
  split(data: SplitData): readonly Fold[];
}

/** The folds in which each index is a test row of the fold that `assignment` names. */
export function foldsOfAssignment(assignment: ArrayLike<number>, folds: number): Fold[] {
  const sizes = new Int32Array(folds);
  for (let i = 0; i < assignment.length; i++) (sizes[assignment[i] as number] as number)++;
  return Array.from({ length: folds }, (_, fold) => {
    const test = new Int32Array(sizes[fold] as number);
    const train = new Int32Array(assignment.length - test.length);
    for (let i = 0, a = 0, b = 0; i < assignment.length; i++) {
      if (assignment[i] === fold) test[a++] = i;
      else train[b++] = i;
    }
    return { train, test };
  });
}

/** `0, 1, … n - 1`. */
export function indices(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}
