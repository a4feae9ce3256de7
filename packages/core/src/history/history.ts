import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { Direction, FailureReason, TrialState } from './trial-record.ts';

/**
 * The trials of a study as samplers and pruners read them. A row is a trial number: 0, 1, 2, … without gaps. All data
 * is shared: do not write to arrays.
 *
 * A sampler sees the study as it was when its trial was asked: `finished` contains the trials that had finished by
 * then, `running` those that were pending. Typed arrays may be longer than `size` and may contain newer data. Read only
 * rows that `finished` or `running` contains. Of running rows a sampler may read notes and pending points only.
 */
export interface TrialHistory {
  /** Number of rows. */
  readonly size: number;
  /**
   * Rows of finished trials (complete, pruned, failed) in finish order: by effective stamp, then number. The effective
   * stamp is `finishedAt`, or the start of a trial with a smaller number if that is later.
   */
  readonly finished: Int32Array;
  /** Rows of running trials, ascending. */
  readonly running: Int32Array;
  /** One direction per objective. */
  readonly directions: readonly Direction[];
  /** One name per objective. `null`: the objectives have no names. */
  readonly metricNames: readonly string[] | null;
  /**
   * The metric that `reports` returns without a name, which is Optuna's intermediate value: the one named like the first
   * objective, otherwise the first declared one, otherwise the first one of the first report. `null`: not known.
   */
  readonly mainMetric: string | null;
  state(row: number): TrialState;
  /** Why the trial failed. `null` if it did not fail, or if no reason is stored. */
  failure(row: number): FailureReason | null;
  /** The trial's own parameters in the order of suggestion. */
  params(row: number): RowParams;
  /**
   * Internal value of a parameter, NaN if the row has none. Of a running row: its pending point, which is the value
   * that was proposed. It stays until the trial ends, even if the trial takes another value.
   */
  value(row: number, name: string): number;
  /** Values of one objective (index from 0) by row, as told and not negated for `maximize`. NaN = none. */
  values(objective: number): Float64Array;
  /** Sum of the positive constraint values by row. 0 = feasible, NaN = no constraints were set. */
  readonly violation: Float64Array;
  /** Start by row in microseconds since 1970. NaN = not started. */
  readonly startedAt: Float64Array;
  /** Finish by row in microseconds since 1970. NaN = not finished. */
  readonly finishedAt: Float64Array;
  /** Length of the prefix of `finished` that the row's trial had seen when it was asked. 0 if it has not started. */
  seen(row: number): number;
  /**
   * The group in which the pruner compares the trial, such as its bracket of Hyperband. A whole number, 0 if the pruner has no
   * groups. It is known for every number, including that of the trial that is asked.
   */
  group(row: number): number;
  /**
   * Reported values of a metric, ascending by step. Empty if there are none. Default: {@link mainMetric}.
   * @throws AsktellError `invalid-argument` for a metric that the study does not declare
   */
  reports(row: number, metric?: string): TrialReports;
  /** Standard errors of a complete row, one per objective. `null` if none were told. */
  sem(row: number): readonly number[] | null;
  /** Derivatives of the value of a complete row by flat parameter name, in the user's scale. `null` if none were told. */
  gradient(row: number): { readonly [name: string]: number } | null;
  /** The `note` of the sampler's proposal. `undefined` if there is none. */
  note(row: number): Json | undefined;
  /** A system attribute of the row, such as those that samplers and pruners store. `undefined` if it is not set. */
  attribute(row: number, key: string): Json | undefined;
}

/** Parameters of one trial: parallel lists in the order of suggestion. Do not write to them. */
export interface RowParams {
  /** Flat names. */
  readonly names: readonly string[];
  readonly dists: readonly Distribution[];
  /** Internal values: the number of a float or int, the index of a choice. */
  readonly x: ArrayLike<number>;
}

/** Intermediate values of one trial: parallel arrays, ascending by step. */
export interface TrialReports {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}
