import { keys } from '../attribute-keys.ts';
import type { FailureReason, FinishedState } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { TrialOp } from '../storage/storage.ts';

/** How a trial ends. */
export interface Outcome {
  readonly state: FinishedState;
  readonly values: readonly number[] | null;
  readonly failure: FailureReason | null;
  /** System attributes to store with it. */
  readonly attrs?: readonly (readonly [key: string, value: Json])[];
}

/**
 * The operations that end a trial.
 * @param hasOwner whether an owner is stored. It names host and process, and studies are published, so it is cleared.
 */
export function finishOps(number: number, outcome: Outcome, hasOwner = true): TrialOp[] {
  const ops: TrialOp[] = [];
  if (hasOwner) ops.push({ kind: 'attr', number, scope: 'system', key: keys.owner, value: null });
  if (outcome.failure !== null)
    ops.push({ kind: 'attr', number, scope: 'system', key: keys.failure, value: outcome.failure as unknown as Json });
  for (const [key, value] of outcome.attrs ?? []) ops.push({ kind: 'attr', number, scope: 'system', key, value });
  ops.push({ kind: 'finish', number, state: outcome.state, values: outcome.values });
  return ops;
}

/** The operations that end a trial as failed. */
export function failureOps(
  number: number,
  code: FailureReason['code'],
  message: string,
  hasOwner: boolean = true,
): TrialOp[] {
  return finishOps(number, { state: 'fail', values: null, failure: { code, message } }, hasOwner);
}

/** The operation that stores how often the worker of a trial has died or its `take` loop was left. */
export function attemptsOp(number: number, attempts: number): TrialOp {
  return { kind: 'attr', number, scope: 'system', key: keys.attempts, value: attempts };
}
