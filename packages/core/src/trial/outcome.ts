import { keys } from '../attribute-keys.ts';
import type { FailureReason, FinishedState } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { TrialOp } from '../storage/storage.ts';

export interface TellOptions {
  /** How the trial ended. Left out: `complete`, or `fail` when a value is NaN. */
  readonly state?: FinishedState;
  /** Do nothing when the trial is finished already, instead of throwing. */
  readonly skipIfFinished?: boolean;
  /** With state `fail`: why, kept with the trial. */
  readonly reason?: string;
}

/** How a trial ends. */
export interface Outcome {
  readonly state: FinishedState;
  readonly values: readonly number[] | null;
  readonly failure: FailureReason | null;
}

/** Operations that end a trial as failed. */
export function failureOps(number: number, code: FailureReason['code'], message: string): TrialOp[] {
  return finishOps(number, { state: 'fail', values: null, failure: { code, message } });
}

export function finishOps(number: number, outcome: Outcome): TrialOp[] {
  const ops: TrialOp[] = [];
  if (outcome.failure !== null) {
    ops.push({ kind: 'attr', number, scope: 'system', key: keys.failure, value: outcome.failure as unknown as Json });
  }
  ops.push({ kind: 'finish', number, state: outcome.state, values: outcome.values });
  return ops;
}

/** What was told, as values of a study of so many objectives; `null` when it is something else. */
function readValues(value: unknown, objectives: number): number[] | null {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length !== objectives || values.some((item) => typeof item !== 'number')) return null;
  return (values as readonly number[]).map((item) => item + 0);
}

/** The decision table of tell. `null`: this cannot be told, for a reason that `refuseOutcome` gives; the trial stays running. */
export function decideOutcome(
  value: unknown,
  options: TellOptions,
  objectives: number,
  lastReport: number,
): Outcome | null {
  const { state = 'complete' } = options;
  if (state === 'complete') {
    const values = readValues(value, objectives);
    if (values === null) return null;
    if (!values.some(Number.isNaN)) return { state, values, failure: null };
    if (options.state === 'complete') return null;
    const told = objectives === 1 ? 'NaN' : `[${values.join(', ')}]`;
    return { state: 'fail', values: null, failure: { code: 'nan', message: `The value told was ${told}.` } };
  }
  if (value !== undefined && value !== null) return null;
  if (state === 'fail')
    return { state, values: null, failure: { code: 'told', message: options.reason ?? 'Told as failed.' } };
  if (state !== 'pruned') return null;
  // The last intermediate value stands for the pruned trial.
  return { state, values: objectives === 1 && !Number.isNaN(lastReport) ? [lastReport] : null, failure: null };
}
