import { type Checks, check, isFunction, isObject, must, objectWith, oneOfWords } from '../checks/checks.ts';
import type { Directions, Measured, OneDirection } from '../history/directions.ts';
import type { Awaitable } from '../json.ts';
import type { AbortSignalLike } from '../platform.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { Trial } from '../trial/trial.ts';
import { isRetry, type RetryOptions } from '../workers/retry.ts';
import { checkBudget, type TrialBudget } from './budget.ts';
import { isRepeat, type RepeatOptions } from './repeat-options.ts';
import type { StopCondition } from './stop-conditions.ts';

/** Measures one trial: returns its value, one value per objective, or a promise of that. May throw `TrialPruned`. */
export type Objective<P extends object, D extends Directions = OneDirection, M extends string = string> = (
  trial: Trial<P, M>,
) => Awaitable<Measured<D>>;

/** Errors that only fail their trial: all (`true`), those of some classes, or those that a function accepts. */
export type CatchOption =
  | boolean
  | readonly (abstract new (
      ...args: never
    ) => unknown)[]
  | ((error: unknown) => boolean);

/** Time limit of a trial. See {@link OptimizeOptions}. */
export type TrialTimeout = number | { readonly ms: number; readonly result?: 'fail' | 'last-report' };

/** Options of `study.optimize`. */
export interface OptimizeOptions<P extends object> {
  /** `100`: trials in this call. `{ total: 100 }`: trials in the study, exact across processes. Default: no limit. */
  readonly trials?: TrialBudget;
  /** Milliseconds. After that no trial is started, and the signals of running ones are aborted. Default: no limit. */
  readonly timeout?: number;
  /**
   * Milliseconds after which a trial ends, even if its asynchronous objective goes on. Its signal is aborted, and it fails
   * with reason `timeout`. With `{ ms, result: 'last-report' }` it is complete with the value of the largest reported step,
   * if there is one. Default: no limit.
   */
  readonly trialTimeout?: TrialTimeout;
  /** The call rejects with `too-many-failures` after this many failed trials in a row. Default: no limit. */
  readonly maxConsecutiveFailures?: number;
  /**
   * Measures each trial several times: calls the objective up to `max` times, and stores each value as a report at the
   * steps 0, 1, 2, … The value of the trial is their mean, and `sem` its standard error. For studies with one objective.
   * `trial.repeat` is the number of the measurement. `trialTimeout` limits all measurements of a trial together. Default: once,
   * without a report.
   */
  readonly repeat?: RepeatOptions;
  /** Tries failed trials again. Errors that are retried do not end the call. Default: none. */
  readonly retry?: RetryOptions;
  /** Maximum number of trials that run at the same time. Only asynchronous objectives overlap. Default 1. */
  readonly concurrency?: number;
  /** Aborting it ends the call as a timeout does. */
  readonly signal?: AbortSignalLike;
  /** Default `false`: an error of the objective fails its trial and ends the call. The other trials are released. */
  readonly catch?: CatchOption;
  /** Called with each finished trial, one trial at a time. Promises are awaited. */
  readonly callbacks?: readonly ((trial: FrozenTrial<P>) => unknown)[];
  /** `'line'`: a progress line; `'trials'`: one line per trial; `true`: `'line'`. Default: nothing. */
  readonly progress?: boolean | 'line' | 'trials';
  /**
   * Checked after each trial. When it returns true, the call starts no more trials and aborts the signals of running ones.
   * Those that throw then are released, and the others are told as usual.
   */
  readonly until?: StopCondition;
}

/** Options of `study.take`. */
export interface TakeOptions {
  /** As in {@link OptimizeOptions}. */
  readonly trials?: TrialBudget;
}

const isTimeLimit = objectWith({ ms: check.duration, result: oneOfWords('fail', 'last-report') });

/** A function that is no class. Called as a predicate, a class of errors would hide the error of the objective. */
const isPredicate = (value: unknown): boolean =>
  isFunction(value) && !((value as { readonly prototype?: unknown }).prototype instanceof Error) && value !== Error;

const isFunctions = (value: unknown): boolean => Array.isArray(value) && value.every(isFunction);

export const optimizeChecks: Checks<OptimizeOptions<object>> = {
  trials: checkBudget,
  timeout: check.duration,
  trialTimeout: (value) => (isObject(value) && 'ms' in value ? isTimeLimit(value) : check.duration(value)),
  maxConsecutiveFailures: check.count(1),
  repeat: isRepeat,
  retry: isRetry,
  concurrency: check.count(1),
  signal: must('an AbortSignal', (value) =>
    isFunction((value as { readonly addEventListener?: unknown } | null)?.addEventListener),
  ),
  catch: must(
    'true, false, a list of error classes such as [RangeError], or a function',
    (value) => typeof value === 'boolean' || isPredicate(value) || isFunctions(value),
  ),
  callbacks: must('a list of functions', isFunctions),
  progress: must("true, false, 'line' or 'trials'", (value) =>
    [true, false, 'line', 'trials'].includes(value as boolean),
  ),
  until: must('a stop condition such as noImprovement(50)', isFunction),
};

export const takeChecks: Checks<TakeOptions> = { trials: checkBudget };
