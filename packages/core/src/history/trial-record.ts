import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';

/** Life of a trial: `waiting` (enqueued) → `running` → one of the three finished states. */
export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'fail';

/** The three states that nothing leaves. */
export type FinishedState = 'complete' | 'pruned' | 'fail';

export function isFinished(state: TrialState): state is FinishedState {
  return state === 'complete' || state === 'pruned' || state === 'fail';
}

/** Which way is better. */
export type Direction = 'minimize' | 'maximize';

/** Why a trial failed. Codes are stored; none is renamed. */
export interface FailureReason {
  readonly code:
    | 'error' // the objective threw
    | 'nan' // NaN was told: the measurement diverged
    | 'invalid-value' // the objective returned no number, or a wrong number of them
    | 'space-conflict' // another worker had defined one of its parameters differently
    | 'aborted' // interrupted by stop, timeout or an abort signal
    | 'told' // told as failed by the user's own code
    | 'lost'; // its worker died; teaches nothing and costs no budget
  readonly message: string;
}

/**
 * One trial as it travels between a storage and the study: plain data, made for the journey.
 * `names`, `dists` and `x` are parallel, in the order of suggestion.
 */
export interface TrialRecord {
  readonly number: number;
  readonly state: TrialState;
  readonly names: readonly string[];
  readonly dists: readonly Distribution[];
  /** Internal values: the number of a float or int, the index of a choice. */
  readonly x: ArrayLike<number>;
  /** One per objective, or `null` when there are none. */
  readonly values: readonly number[] | null;
  /** Intermediate values, ascending by step; `null` when nothing was reported. */
  readonly reports: { readonly steps: readonly number[]; readonly values: readonly number[] } | null;
  readonly userAttrs: ReadonlyMap<string, Json> | null;
  readonly systemAttrs: ReadonlyMap<string, Json> | null;
  /** Microseconds since 1970, UTC; `null` while waiting. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}
