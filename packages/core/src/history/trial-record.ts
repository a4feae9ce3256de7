import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';

/** The state of a trial: `waiting` (enqueued) → `running` → one of the three finished states. */
export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'fail';

/** The final states of a trial. */
export type FinishedState = 'complete' | 'pruned' | 'fail';

export function isFinished(state: TrialState): state is FinishedState {
  return state === 'complete' || state === 'pruned' || state === 'fail';
}

/** Whether smaller or larger values are better. */
export type Direction = 'minimize' | 'maximize';

/** Why a trial failed. Codes are stored, so they must not be renamed. */
export interface FailureReason {
  readonly code:
    | 'error' // the objective threw
    | 'nan' // NaN was told
    | 'invalid-value' // the objective returned no number, or not one number per objective
    | 'space-conflict' // one of its parameters does not fit the space, or another worker had defined it differently
    | 'told' // the user's code told it as failed
    | 'timeout' // it took longer than `trialTimeout`
    | 'crashed' // its worker died, or its `take` loop was left, more often than the orphan policy allows
    | 'lost' // its worker died; samplers and budgets ignore it
    | 'aborted'; // interrupted; written by earlier releases only
  readonly message: string;
}

/**
 * One trial as plain data, exchanged between a storage and a study. `names`, `dists` and `x` are parallel, in the order of
 * suggestion.
 */
export interface TrialRecord {
  readonly number: number;
  readonly state: TrialState;
  readonly names: readonly string[];
  readonly dists: readonly Distribution[];
  /** Internal values: the number of a float or int, the index of a choice. */
  readonly x: ArrayLike<number>;
  /** One value per objective, or `null`. */
  readonly values: readonly number[] | null;
  /** Intermediate values, ascending by step; `null` when nothing was reported. */
  readonly reports: { readonly steps: readonly number[]; readonly values: readonly number[] } | null;
  readonly userAttrs: ReadonlyMap<string, Json> | null;
  readonly systemAttrs: ReadonlyMap<string, Json> | null;
  /** Microseconds since 1970, UTC; `null` while waiting. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Last sign of life of a running trial of another program, microseconds since 1970. Absent if there is none. */
  readonly heartbeatAt?: number;
}
