import { powerOfTwo } from '@asktell/numerics/elementary';
import { keys } from '../attribute-keys.ts';
import { type Check, type Checks, check, must, objectWith } from '../checks/checks.ts';
import { readNote } from '../history/note.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { FailureReason, TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { TrialOp } from '../storage/storage.ts';

/** Failures after which a trial can be tried again. */
export type RetryReason = 'error' | 'timeout' | 'crashed' | 'lost';

/** Which failed trials are tried again. A retry is a new trial with the same parameters. It waits in the queue. */
export interface RetryOptions {
  /** Default: all of `'error'`, `'timeout'`, `'crashed'` and `'lost'`. */
  readonly on?: readonly RetryReason[];
  /** Maximum number of retries of one trial. Default 3. */
  readonly max?: number;
  /** Milliseconds until the first retry may start. Each further retry waits twice as long. Default 0. */
  readonly backoff?: number;
}

/** {@link RetryOptions} with defaults. */
export type RetryPolicy = Required<RetryOptions>;

const reasons: readonly RetryReason[] = ['error', 'timeout', 'crashed', 'lost'];

const retryChecks: Checks<RetryOptions> = {
  on: must(
    `a list of ${reasons.join(', ')}`,
    (value) => Array.isArray(value) && value.every((reason) => reasons.includes(reason as RetryReason)),
  ),
  max: check.count(0),
  backoff: check.duration,
};

export const isRetry: Check = objectWith(retryChecks);

export function retryPolicy({ on = reasons, max = 3, backoff = 0 }: RetryOptions): RetryPolicy {
  return { on, max, backoff };
}

/** Whether a trial that ended with this code is tried again. */
export function isRetried({ systemAttrs }: TrialRecord, code: FailureReason['code'], policy: RetryPolicy): boolean {
  return policy.on.includes(code as RetryReason) && earlierTries(systemAttrs).length < policy.max;
}

/**
 * The operation that adds the retry of a failed trial, if there is one, with the attributes that Optuna gives a retry.
 * @param now microseconds since 1970
 */
export function retryOps(
  record: TrialRecord,
  code: FailureReason['code'],
  policy: RetryPolicy,
  now: number,
): readonly TrialOp[] {
  if (!isRetried(record, code, policy)) return [];
  const { number, names, dists, x, userAttrs, systemAttrs } = record;
  const earlier = earlierTries(systemAttrs);
  const attrs = new Map<string, Json>(kept(systemAttrs));
  attrs.set(keys.failedTrial, earlier[0] ?? number);
  attrs.set(keys.retryHistory, [...earlier, number]);
  if (policy.backoff > 0) attrs.set(keys.retryAt, Math.round(now + policy.backoff * 1000 * powerOfTwo(earlier.length)));
  return [
    {
      kind: 'create',
      trial: {
        state: 'waiting',
        names,
        dists,
        x,
        values: null,
        reports: null,
        userAttrs,
        systemAttrs: attrs,
        startedAt: null,
        finishedAt: null,
      },
    },
  ];
}

function earlierTries(systemAttrs: TrialRecord['systemAttrs']): readonly number[] {
  const stored = systemAttrs?.get(keys.retryHistory);
  return Array.isArray(stored) ? stored.map(Number) : [];
}

/** The attributes that belong to the proposal and not to its measurement. */
function kept(systemAttrs: TrialRecord['systemAttrs']): [string, Json][] {
  return [...(systemAttrs ?? [])].flatMap(([key, value]): [string, Json][] => {
    if (key === keys.note) {
      const { pending: _, stale: __, ...note } = readNote(value) ?? {};
      return Object.keys(note).length === 0 ? [] : [[key, note as unknown as Json]];
    }
    return key.startsWith('asktell:') || key.startsWith(keys.constraints) ? [] : [[key, value]];
  });
}

/** Whether a waiting trial may start: it is not a retry, or its time has come. */
export function mayStart(history: RecordStore, row: number, now: number): boolean {
  const at = history.attribute(row, keys.retryAt);
  return typeof at !== 'number' || at <= now;
}

/** Milliseconds until the next retry may start; `null` if none waits for its time. */
export function nextRetryIn(history: RecordStore, now: number): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const row of history.waiting) {
    const at = history.attribute(row, keys.retryAt);
    if (typeof at === 'number' && at > now) next = Math.min(next, at);
  }
  return next === Number.POSITIVE_INFINITY ? null : Math.ceil((next - now) / 1000);
}
