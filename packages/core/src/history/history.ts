import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { Direction, FailureReason, TrialState } from './trial-record.ts';

/**
 * All trials of a study in columns, as samplers and pruners read them. Row = trial number, no gaps.
 *
 * A sampler sees a study as it stood when its trial was asked: `finished` is the prefix that the trial has seen,
 * `running` the points pending then. Columns may be longer than `size` and hold newer rows, too:
 * read only rows that `finished` or `running` lists, and of running rows only notes and the values of parameters of the
 * space: what was proposed, which stays the pending point until the trial ends even if it takes another value meanwhile.
 */
export interface TrialHistory {
  /** Number of rows. */
  readonly size: number;
  /** Rows of finished trials in finish order: by effective stamp, then number. Do not write. */
  readonly finished: Int32Array;
  /** Rows of running trials, ascending. */
  readonly running: Int32Array;
  readonly directions: readonly Direction[];
  state(row: number): TrialState;
  /** Internal values of a parameter by row, NaN where it is absent; `undefined` for an unknown name. Do not write. */
  column(name: string): Float64Array | undefined;
  /** The distribution the row's value was drawn from, `undefined` where the parameter is absent. */
  distribution(row: number, name: string): Distribution | undefined;
  /** Names of the row's own parameters, in the order in which it suggested them. */
  namesOf(row: number): readonly string[];
  /** Every parameter name any trial has had, in order of first appearance. */
  readonly names: readonly string[];
  /** Values of an objective by row, NaN where there is none. Do not write. */
  values(objective: number): Float64Array;
  /** Sum of the positive constraint values by row: 0 = feasible, NaN = none were set. Do not write. */
  readonly violation: Float64Array;
  /** Microseconds since 1970 by row, NaN = not yet. */
  readonly startedAt: Float64Array;
  readonly finishedAt: Float64Array;
  /** How many entries of `finished` the row's trial had seen when it was asked. */
  seen(row: number): number;
  /** Intermediate values, ascending by step. `metric` is reserved for named metrics; leave it out. */
  reports(row: number, metric?: string): TrialReports;
  failure(row: number): FailureReason | null;
  /** What the sampler noted with its proposal. */
  note(row: number): Json | undefined;
}

/** Intermediate values of one trial: parallel arrays, ascending by step. */
export interface TrialReports {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}
