import { type Checks, check, isObject, must } from '../checks/checks.ts';
import { AsktellError, show } from '../errors.ts';
import type { FailureReason, FinishedState } from '../history/trial-record.ts';
import type { Notices } from '../session/notices.ts';
import type { Session } from '../session/session.ts';
import type { Outcome } from '../workers/ending.ts';

/** Options of `study.tell`. */
export interface TellOptions {
  /** How the trial ended. Default: `complete`, or `fail` if a value is NaN. */
  readonly state?: FinishedState;
  /**
   * If the trial is already finished: `true` ignores what is told, `'record'` keeps it as the study attribute
   * `asktell:late:<number>`. Default `false`: throw `trial-finished`.
   */
  readonly skipIfFinished?: boolean | 'record';
  /** With state `fail`: why it failed. Stored with the trial. Ignored for other states. */
  readonly reason?: string;
  /** Standard error of the value, 0 or more. With several objectives: one per value. */
  readonly sem?: number | readonly number[];
  /**
   * Derivatives of the value with respect to numeric parameters, by flat name and in the user's scale. Missing ones are
   * unknown. For studies with one objective.
   */
  readonly gradient?: { readonly [name: string]: number };
  /** Constraint values by name, as of `trial.setConstraint`: satisfied if 0 or less. They are added to those set before. */
  readonly constraints?: { readonly [name: string]: number };
}

export const tellChecks: Checks<TellOptions> = {
  state: check.anything, // decideOutcome checks it
  skipIfFinished: must("true, false or 'record'", (value) => [true, false, 'record'].includes(value as boolean)),
  reason: check.string,
  sem: check.anything, // measuredAttrs checks it
  gradient: check.anything,
  constraints: check.anything,
};

/** Prints a notice about a failed trial. */
export function warnFailed(notices: Notices, number: number, { code, message }: FailureReason): void {
  notices.print('error', `failed: ${code}`, `Trial ${number} failed (${code}): ${message}`);
}

/** Prints a notice about a trial that ends while the pruner decides. A promise is always true. */
export function noticeNotAwaited({ pruning, notices }: Pick<Session, 'pruning' | 'notices'>, number: number): void {
  if (!pruning.isPending(number)) return;
  notices.print(
    'warn',
    'not awaited',
    `Trial ${number} ends, but trial.shouldPrune() has not decided yet. Await it: if (await trial.shouldPrune()) throw new TrialPruned();`,
  );
}

/**
 * Decides how a trial ends from what was told.
 * @param lastReport intermediate value of the largest step, NaN if there is none
 * @throws AsktellError `invalid-value`, `invalid-argument` for arguments that cannot be told. The trial stays running.
 */
export function decideOutcome(value: unknown, options: TellOptions, objectives: number, lastReport: number): Outcome {
  const { state = 'complete' } = options;
  if (state === 'complete') {
    const values = readValues(value, objectives);
    if (!values.some(Number.isNaN)) return { state, values, failure: null };
    if (options.state === 'complete')
      throw bad(
        `NaN cannot be the value of a complete trial (${show(value)}). Omit the state to store the trial as failed.`,
      );
    const told = objectives === 1 ? 'NaN' : `[${values.join(', ')}]`;
    return { state: 'fail', values: null, failure: { code: 'nan', message: `The value told was ${told}.` } };
  }
  if (state !== 'pruned' && state !== 'fail')
    throw new AsktellError(
      'invalid-argument',
      `A trial ends as 'complete', 'pruned' or 'fail', not as ${show(state)}.`,
    );
  if (value !== undefined && value !== null)
    throw bad(`A trial that ends as '${state}' takes no value, but ${show(value)} was told. Leave one of them out.`);
  if (state === 'fail')
    return { state, values: null, failure: { code: 'told', message: options.reason ?? 'Told as failed.' } };
  // The last intermediate value becomes the value of a pruned trial.
  return { state, values: objectives === 1 && !Number.isNaN(lastReport) ? [lastReport] : null, failure: null };
}

/** The outcome of a trial whose objective returned `value`. */
export function outcomeOfReturn(value: unknown, objectives: number, lastReport: number): Outcome {
  try {
    return decideOutcome(value, {}, objectives, lastReport);
  } catch (error) {
    const message = `The objective returned ${show(value)}. ${(error as Error).message}`;
    return { state: 'fail', values: null, failure: { code: 'invalid-value', message } };
  }
}

/**
 * Reads a told value as one value per objective.
 * @throws AsktellError `invalid-value` for a missing value, a non-number, a wrong number of values
 */
export function readValues(value: unknown, objectives: number): readonly number[] {
  if (typeof value === 'number' && objectives === 1) return [value + 0];
  if (value === undefined || value === null)
    throw bad(
      `The value is missing. Give ${objectives === 1 ? 'a number' : `${objectives} numbers`}, or call study.prune(trial) or study.fail(trial, reason).`,
    );
  if (isObject(value) && 'state' in value)
    throw bad(
      `${show(value)} is not a value. Pass options as the third argument, tell(trial, undefined, ${show(value)}), or call study.prune(trial) or study.fail(trial, reason).`,
    );
  if (isObject(value) && 'value' in value)
    throw bad(
      `${show(value)} is not a value. Return or tell the number. What belongs to it, such as sem, is an option: tell(trial, value, { sem }).`,
    );
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const item of values) if (typeof item !== 'number') throw bad(`A value must be a number, not ${show(item)}.`);
  if (values.length !== objectives)
    throw bad(
      `Got ${values.length} value(s) (${show(value)}), but the study has ${objectives} objective(s). Give one number per objective.`,
    );
  return (values as readonly number[]).map((item) => item + 0);
}

/** The outcome of a trial that failed. */
export function failed(code: FailureReason['code'], message: string): Outcome {
  return { state: 'fail', values: null, failure: { code, message } };
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-value', message);
}
