import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { Direction, FailureReason, TrialState } from './trial-record.ts';

/**
 * The trials of a study as samplers and pruners read them. The row of a trial is its number, without gaps.
 *
 * A sampler sees the study as it was when its trial started: `finished` has the trials that had finished by then, `running`
 * those that were pending. Typed arrays can be longer than `size` and can contain newer rows. Read only rows in `finished`
 * and `running`, and of running rows only notes and pending points.
 */
export interface TrialHistory {
  /** Number of rows. */
  readonly size: number;
  /** Rows of finished trials in finish order: by effective stamp, then number. Do not modify. */
  readonly finished: Int32Array;
  /** Rows of running trials, ascending. Do not modify. */
  readonly running: Int32Array;
  readonly directions: readonly Direction[];
  state(row: number): TrialState;
  failure(row: number): FailureReason | null;
  /** The parameters of the row in the order of suggestion. */
  params(row: number): RowParams;
  /**
   * The internal value of a parameter, NaN when the row does not have it. For a running row it is the pending point, that is
   * the proposed value, until the trial ends. It does not change when the trial uses another value.
   */
  value(row: number, name: string): number;
  /** Values of an objective by row, NaN for rows without a value. Do not modify. */
  values(objective: number): Float64Array;
  /** Sum of the positive constraint values by row: 0 when feasible, NaN without constraints. Do not modify. */
  readonly violation: Float64Array;
  /** Start by row in microseconds since 1970, NaN before the start. Do not modify. */
  readonly startedAt: Float64Array;
  /** End by row in microseconds since 1970, NaN for unfinished trials. Do not modify. */
  readonly finishedAt: Float64Array;
  /** The number of entries of `finished` that had finished when the trial of the row started. */
  seen(row: number): number;
  /** Intermediate values, ascending by step. `metric` is reserved for named metrics. Omit it. */
  reports(row: number, metric?: string): TrialReports;
  /** The note that the sampler stored with its proposal. */
  note(row: number): Json | undefined;
  /** A system attribute of the row, for example one that a sampler or pruner of Optuna has stored. */
  attribute(row: number, key: string): Json | undefined;
}

/** Parameters of one trial: parallel lists in the order of suggestion. Do not modify. */
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
