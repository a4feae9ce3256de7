import { type Checks, check, checkOptions, must } from '@asktell/core';
import { checkFolds } from '../folds/check-folds.ts';
import type { Fold } from '../folds/splitter.ts';
import { TimeSeriesSplit, type TimeSeriesSplitOptions } from '../folds/time-series-split.ts';
import type { HonestTable } from './honest-table.ts';
import {
  type AnyStudy,
  measureOuterFolds,
  type OuterFoldOptions,
  type ParamsOfOutcome,
  type SearchOutcome,
} from './outer-folds.ts';

/** Options of {@link walkForward}. */
export interface WalkForwardOptions<R extends AnyStudy | SearchOutcome<unknown>> extends OuterFoldOptions<R> {
  /** Number of rows, in order of time. */
  readonly samples: number;
  /** Options of {@link TimeSeriesSplit}, or windows of your own. Default: five windows that expand. */
  readonly windows?: TimeSeriesSplitOptions | readonly Fold[];
}

const isFunction = must('a function', (value) => typeof value === 'function');

const optionChecks: Checks<WalkForwardOptions<AnyStudy>> = {
  samples: check.count(3),
  windows: check.anything,
  search: isFunction,
  evaluate: isFunction,
  baseline: isFunction,
  seed: check.seed,
};

/**
 * Searches on each window of the past and measures the winner on the period that follows, as one would have done at the time.
 * @throws AsktellError `invalid-argument`, `invalid-value`; `invalid-folds` also for a window that contains rows of the
 *   future; what the functions throw
 * @example
 * const table = await walkForward({
 *   samples: prices.length,
 *   windows: { folds: 6, maxTrainSize: 250, gap: 5 },
 *   search: async ({ train, seed }) => optimizedStudy(train, seed),
 *   evaluate: (params, { test }) => dailyReturns(params, test),
 *   baseline: ({ test }) => buyAndHold(test),
 * });
 */
export async function walkForward<R extends AnyStudy | SearchOutcome<unknown>>(
  options: WalkForwardOptions<R>,
): Promise<HonestTable<ParamsOfOutcome<R>>> {
  const where = 'walkForward';
  checkOptions(where, options, optionChecks);
  const { samples, windows = {} } = options;
  const folds = Array.isArray(windows)
    ? (windows as readonly Fold[])
    : new TimeSeriesSplit(windows as TimeSeriesSplitOptions).split({ samples });
  checkFolds(where, folds, { samples, ordered: true });
  return measureOuterFolds(where, folds, options);
}
