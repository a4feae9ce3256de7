import { AsktellError, type Checks, check, checkOptions } from '@asktell/core';
import { requireRows } from './k-fold.ts';
import type { Fold, SplitData, Splitter } from './splitter.ts';

/** Options of {@link TimeSeriesSplit}. Sizes are numbers of rows. */
export interface TimeSeriesSplitOptions {
  /** Number of folds, 2 or more. Default 5. */
  readonly folds?: number;
  /** Rows that are left out before each test fold, because their labels reach into it. Default 0. */
  readonly gap?: number;
  /** Rows of a test fold. Default: `rows / (folds + 1)`, rounded down. */
  readonly testSize?: number;
  /** At most this many rows to fit on: a window that rolls. Default: all earlier rows, a window that expands. */
  readonly maxTrainSize?: number;
}

const optionChecks: Checks<TimeSeriesSplitOptions> = {
  folds: check.count(2),
  gap: check.count(0),
  testSize: check.count(1),
  maxTrainSize: check.count(1),
};

const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);

/**
 * Folds for rows in order of time: each test fold is later than all rows of its training fold. The folds are those of
 * scikit-learn's `TimeSeriesSplit`.
 * @example new TimeSeriesSplit({ folds: 4, maxTrainSize: 500, gap: 5 }).split({ samples: 1000 })
 */
export class TimeSeriesSplit implements Splitter {
  readonly name = 'TimeSeriesSplit';
  readonly folds: number;
  readonly gap: number;
  readonly testSize: number | undefined;
  readonly maxTrainSize: number | undefined;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: TimeSeriesSplitOptions = {}) {
    checkOptions('TimeSeriesSplit', options, optionChecks);
    const { folds = 5, gap = 0, testSize, maxTrainSize } = options;
    this.folds = folds;
    this.gap = gap;
    this.testSize = testSize;
    this.maxTrainSize = maxTrainSize;
  }

  /** @throws AsktellError `invalid-folds` if the rows do not suffice for all test folds, the gap and a training row */
  split({ samples }: SplitData): readonly Fold[] {
    requireRows(this.name, samples, this.folds + 1);
    const size = this.testSize ?? Math.floor(samples / (this.folds + 1));
    const first = samples - this.folds * size;
    if (first - this.gap <= 0)
      throw new AsktellError(
        'invalid-folds',
        `${this.name}: ${this.folds} test folds of ${size} rows and a gap of ${this.gap} leave nothing of ${samples} rows to fit on. Use fewer or smaller folds.`,
      );
    return Array.from({ length: this.folds }, (_, fold) => {
      const start = first + fold * size;
      const end = start - this.gap;
      const from = this.maxTrainSize === undefined ? 0 : Math.max(0, end - this.maxTrainSize);
      return { train: range(from, end), test: range(start, start + size) };
    });
  }
}
