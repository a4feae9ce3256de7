import { AsktellError, type Checks, check, checkOptions, must, type Rng } from '@asktell/core';
import { splitRng } from './k-fold.ts';
import { type Fold, indices, type SplitData, type Splitter } from './splitter.ts';
import { encodeClasses } from './stratified-k-fold.ts';

/** Options of {@link ShuffleSplit}. */
export interface ShuffleSplitOptions {
  /** Number of independent divisions. Default 10. */
  readonly folds?: number;
  /** Share of the rows to score on, between 0 and 1. Default 0.1. */
  readonly testSize?: number;
  /** Whether the classes keep their shares. Default `false`. */
  readonly stratified?: boolean;
  /** Default 0. */
  readonly seed?: number;
}

const share = must('a number between 0 and 1', (value) => typeof value === 'number' && value > 0 && value < 1);

const optionChecks: Checks<ShuffleSplitOptions> = {
  folds: check.count(1),
  testSize: share,
  stratified: check.boolean,
  seed: check.seed,
};

/**
 * Random divisions that do not depend on each other, so test folds overlap. Sizes are those of scikit-learn's
 * `ShuffleSplit`; with `stratified`, classes get rows by the largest remainder.
 * @example new ShuffleSplit({ folds: 20, testSize: 0.2, seed: 1 }).split({ samples: 100 })
 */
export class ShuffleSplit implements Splitter {
  readonly name: string = 'ShuffleSplit';
  readonly folds: number;
  readonly testSize: number;
  readonly stratified: boolean;
  readonly seed: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: ShuffleSplitOptions = {}) {
    checkOptions('ShuffleSplit', options, optionChecks);
    const { folds = 10, testSize = 0.1, stratified = false, seed = 0 } = options;
    this.folds = folds;
    this.testSize = testSize;
    this.stratified = stratified;
    this.seed = seed;
  }

  /** @throws AsktellError `invalid-folds` if a side is empty; `invalid-data` for labels that cannot be stratified */
  split(data: SplitData): readonly Fold[] {
    const { samples } = data;
    const testRows = Math.ceil(this.testSize * samples);
    if (testRows < 1 || testRows >= samples)
      throw new AsktellError(
        'invalid-folds',
        `${this.name}: testSize ${this.testSize} of ${samples} rows leaves an empty side. Pass more rows or another testSize.`,
      );
    return Array.from({ length: this.folds }, (_, i) => {
      const rng = splitRng(this.seed, 'ShuffleSplit', i);
      return this.stratified ? this.#stratified(data, testRows, rng) : divide(rng.shuffle(indices(samples)), testRows);
    });
  }

  #stratified({ samples, labels }: SplitData, testRows: number, rng: Rng): Fold {
    const { codes, classes } = encodeClasses(this.name, labels, samples);
    const order = rng.shuffle(indices(samples));
    const members = classes.map((_, code) => order.filter((row) => codes[row] === code));
    const exact = members.map(({ length }) => (length * testRows) / samples);
    const counts = exact.map(Math.floor);
    const byRemainder = exact.map((_, code) => code);
    byRemainder.sort((a, b) => ((exact[b] as number) % 1) - ((exact[a] as number) % 1) || a - b);
    for (let left = testRows - counts.reduce((a, b) => a + b, 0), i = 0; left > 0; left--, i++)
      (counts[byRemainder[i] as number] as number)++;
    const parts = members.map((rows, code) => divide(rows, counts[code] as number));
    const joined = (side: 'train' | 'test'): Int32Array =>
      Int32Array.from(parts.flatMap((part) => [...part[side]])).sort();
    return { train: joined('train'), test: joined('test') };
  }
}

/** Options of {@link HoldOutSplit}. */
export interface HoldOutSplitOptions extends Omit<ShuffleSplitOptions, 'folds'> {}

/** One division: {@link ShuffleSplit} with a single fold and a test share of 0.2 by default. */
export class HoldOutSplit extends ShuffleSplit {
  override readonly name: string = 'HoldOutSplit';

  /** @throws AsktellError `invalid-argument` */
  constructor(options: HoldOutSplitOptions = {}) {
    super({ testSize: 0.2, ...options, folds: 1 });
  }
}

/** The first `testRows` rows to score on, the others to fit on, both in ascending order. */
function divide(order: Int32Array, testRows: number): Fold {
  return { test: order.slice(0, testRows).sort(), train: order.slice(testRows).sort() };
}
