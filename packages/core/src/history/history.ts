import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { Direction, FailureReason, TrialState } from './trial-record.ts';

/**
 * The trials of a study as samplers and pruners read them. Row = trial number, without gaps.
 *
 * A sampler sees a study as it stood when its trial was asked: `finished` is what the trial had seen, `running` what was
 * pending then. Typed arrays may be longer than `size` and may hold newer rows. Read only rows that `finished` or `running`
 * lists, and of running rows only notes and pending points.
 */
export interface TrialHistory {
  /** Number of rows. */
  readonly size: number;
  /** Rows of finished trials in finish order: by effective stamp, then number. Do not write. */
  readonly finished: Int32Array;
  /** Rows of running trials, ascending. Do not write. */
  readonly running: Int32Array;
  readonly directions: readonly Direction[];
  state(row: number): TrialState;
  failure(row: number): FailureReason | null;
  /** The row's own parameters in the order in which it suggested them. */
  params(row: number): RowParams;
  /**
   * Internal value of a parameter, NaN where the row has none. Of a running row: the pending point, which is what was
   * proposed for it. That stays until the trial ends, even if the trial takes another value in the meantime.
   */
  value(row: number, name: string): number;
  /** Values of an objective by row, NaN where there is none. Do not write. */
  values(objective: number): Float64Array;
  /** Sum of the positive constraint values by row: 0 = feasible, NaN = none were set. Do not write. */
  readonly violation: Float64Array;
  /** Microseconds since 1970 by row, NaN = not yet. Do not write. */
  readonly startedAt: Float64Array;
  readonly finishedAt: Float64Array;
  /** How many entries of `finished` the row's trial had seen when it was asked. */
  seen(row: number): number;
  /** Intermediate values, ascending by step. `metric` is reserved for named metrics; leave it out. */
  reports(row: number, metric?: string): TrialReports;
  /** What the sampler noted with its proposal. */
  note(row: number): Json | undefined;
  /** A system attribute of the row, such as those that Optuna's samplers and pruners store. */
  attribute(row: number, key: string): Json | undefined;
}

/** Parameters of one trial: parallel lists in the order of suggestion. Do not write. */
export interface RowParams {
  readonly names: readonly string[];
  readonly dists: readonly Distribution[];
  /** Internal values. */
  readonly x: ArrayLike<number>;
}

/** Intermediate values of one trial: parallel arrays, ascending by step. */
export interface TrialReports {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}
