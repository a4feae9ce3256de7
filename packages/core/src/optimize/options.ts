import { type Checks, check, isFunction, must } from '../checks/checks.ts';
import type { Awaitable } from '../json.ts';
import type { AbortSignalLike } from '../platform.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { Trial } from '../trial/trial.ts';
import { checkBudget, type TrialBudget } from './budget.ts';
import type { StopCondition } from './stop-conditions.ts';

/** Measures one trial: returns its value, one value per objective, or a promise of that. May throw `TrialPruned`. */
export type Objective<P extends object> = (trial: Trial<P>) => Awaitable<number | readonly number[]>;

/** Which errors of the objective only fail their trial: all, those of some classes, or those a function picks. */
export type CatchOption =
  | boolean
  | readonly (abstract new (
      ...args: never
    ) => unknown)[]
  | ((error: unknown) => boolean);

export interface OptimizeOptions<P extends object> {
  /** `100`: that many more. `{ total: 100 }`: until the study holds that many, exact across processes. Default: no end. */
  readonly trials?: TrialBudget;
  /** Milliseconds. After that no trial is started, and the running ones are aborted. */
  readonly timeout?: number;
  /** How many trials run at the same time, 1 by default. Only asynchronous objectives overlap. */
  readonly concurrency?: number;
  /** Aborting it ends the call like a timeout. */
  readonly signal?: AbortSignalLike;
  /** Default `false`: an error of the objective fails its trial and ends the call. */
  readonly catch?: CatchOption;
  /** Called after each trial, in turn, with the finished trial. */
  readonly callbacks?: readonly ((trial: FrozenTrial<P>) => unknown)[];
  /** `'line'`: a progress line; `'trials'`: one line per trial; `true`: `'line'`. Default: nothing. */
  readonly progress?: boolean | 'line' | 'trials';
  /** Stops the call as soon as it returns true. */
  readonly until?: StopCondition;
}

/** Options of `take`. */
export interface TakeOptions {
  /** As in {@link OptimizeOptions}. */
  readonly trials?: TrialBudget;
}

const isFunctions = (value: unknown): boolean => Array.isArray(value) && value.every(isFunction);

export const optimizeChecks: Checks<OptimizeOptions<object>> = {
  trials: checkBudget,
  timeout: check.duration,
  concurrency: check.count(1),
  signal: must('an AbortSignal', (value) =>
    isFunction((value as { readonly addEventListener?: unknown } | null)?.addEventListener),
  ),
  catch: must(
    'true, false, a list of error classes or a function',
    (value) => typeof value === 'boolean' || isFunction(value) || isFunctions(value),
  ),
  callbacks: must('a list of functions', isFunctions),
  progress: must("true, false, 'line' or 'trials'", (value) =>
    [true, false, 'line', 'trials'].includes(value as boolean),
  ),
  until: must('a stop condition such as noImprovement(50)', isFunction),
};

export const takeChecks: Checks<TakeOptions> = { trials: checkBudget };
