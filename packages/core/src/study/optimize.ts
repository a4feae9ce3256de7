import { AsktellError, isAsktellError, isTrialPruned, show } from '../errors.ts';
import type { FinishedState } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import { type AbortSignalLike, later, nextTurn, now } from '../platform.ts';
import type { DeclaredSpace } from '../space/compile.ts';
import { askTrials } from './ask.ts';
import { isPromise, Mutex } from './awaitable.ts';
import { checkBudget, checkCount, checkDuration, checkOptions, type TrialBudget } from './checks.ts';
import type { FrozenTrial } from './frozen-trial.ts';
import { decideOutcome, type Outcome } from './outcome.ts';
import type { ProgressMode, ProgressPrinter } from './progress.ts';
import type { Session } from './session.ts';
import { finishTrial, warnFailed } from './tell.ts';
import type { Trial } from './trial.ts';
import type { StopCondition, StudyProgress } from './until.ts';

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
  /** `100`: that many more. `{ total: 100 }`: until the study holds so many, exact across processes. Default: no end. */
  readonly trials?: TrialBudget;
  /** Milliseconds; then no trial is started any more and the running ones are aborted. */
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
  /** Stop as soon as it says so. */
  readonly until?: StopCondition;
}

const optionNames = ['trials', 'timeout', 'concurrency', 'signal', 'catch', 'callbacks', 'progress', 'until'];

/** Milliseconds after which a lane lets the event loop have its turn: awaited microtasks give it none. */
const turnMs = 10;

/** One call of `optimize`: lanes that ask, measure and tell until there is a reason to stop. */
export class Optimization {
  readonly #session: Session;
  readonly #objective: Objective<object>;
  readonly #options: OptimizeOptions<object>;
  readonly #space: DeclaredSpace | null;
  readonly #freeze: (number: number) => FrozenTrial<object>;
  readonly #concurrency: number;
  readonly #total: number | null;
  readonly #progressMode: ProgressMode;
  /** Loaded only when something is to be printed. */
  #printer: ProgressPrinter | null = null;
  readonly #running = new Set<Trial>();
  readonly #consulting = new Mutex();
  readonly #started = now();
  #left: number;
  #goal: number | null;
  #finished = 0;
  #stopped = false;
  #failure: { readonly error: unknown } | null = null;
  #lastTurn = now();
  #toldSynchronous = false;

  constructor(
    session: Session,
    objective: Objective<object>,
    options: OptimizeOptions<object>,
    space: DeclaredSpace | null,
    freeze: (number: number) => FrozenTrial<object>,
  ) {
    checkOptions('optimize', options, optionNames);
    if (typeof objective !== 'function')
      throw new AsktellError('invalid-argument', `optimize: the objective must be a function, not ${show(objective)}.`);
    const budget = checkBudget(options.trials);
    this.#session = session;
    this.#objective = objective;
    this.#options = options;
    this.#space = space;
    this.#freeze = freeze;
    this.#left = budget.more;
    this.#total = budget.total;
    this.#goal = Number.isFinite(budget.more) ? budget.more : null;
    this.#concurrency = checkCount('concurrency', options.concurrency ?? 1, 1);
    if (options.timeout !== undefined) checkDuration('timeout', options.timeout);
    checkHooks(options);
    this.#progressMode = progressMode(options.progress);
  }

  /** No new trials; the signals of the running ones are aborted. */
  stop(reason: string): void {
    this.#stopped = true;
    for (const trial of this.#running) trial.abort(new Error(reason));
  }

  async run(): Promise<void> {
    if (this.#progressMode !== 'none') {
      const { ProgressPrinter } = await import('./seldom.ts');
      this.#printer = new ProgressPrinter(this.#session, this.#progressMode, () => this.#goal);
    }
    const { timeout, signal } = this.#options;
    if (signal?.aborted === true || timeout === 0) return;
    const onAbort = (): void => this.stop('The optimization was aborted.');
    signal?.addEventListener('abort', onAbort);
    const callOff =
      timeout === undefined || timeout === Number.POSITIVE_INFINITY
        ? undefined
        : later(timeout, () => this.stop(`The timeout of ${timeout} ms is over.`));
    try {
      if (this.#total !== null) await this.#countRemaining(this.#total);
      await Promise.all(Array.from({ length: this.#concurrency }, () => this.#lane()));
    } finally {
      callOff?.();
      signal?.removeEventListener('abort', onAbort);
      await this.#printer?.end();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** For the progress line only; the budget itself is checked inside every ask. */
  async #countRemaining(total: number): Promise<void> {
    await this.#session.refresh();
    this.#goal = Math.max(0, total - this.#session.store.spent);
  }

  async #lane(): Promise<void> {
    while (!this.#stopped && this.#left > 0) {
      this.#left--;
      try {
        const asked = askTrials(this.#session, { count: 1, owned: true, total: this.#total, space: this.#space });
        const { trials } = isPromise(asked) ? await asked : asked;
        const trial = trials[0];
        if (trial === undefined) return;
        const measured = this.#measure(trial);
        if (isPromise(measured)) await measured;
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (now() - this.#lastTurn > turnMs) {
        await nextTurn();
        this.#lastTurn = now();
      }
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop('Another trial has failed.');
  }

  #measure(trial: Trial): Awaitable<void> {
    this.#running.add(trial);
    if (this.#stopped) trial.abort(new Error('The optimization has stopped.'));
    let result: Awaitable<unknown>;
    try {
      trial.held = true;
      result = this.#objective(trial as Trial<object>);
    } catch (error) {
      return this.#end(trial, this.#outcomeOfError(trial, error), error);
    } finally {
      trial.held = false;
    }
    if (!isPromise(result)) {
      this.#noticeSynchronous();
      return this.#end(trial, this.#outcomeOfValue(trial, result), undefined);
    }
    return this.#measureLater(trial, result);
  }

  async #measureLater(trial: Trial, result: Promise<unknown>): Promise<void> {
    void trial.writer.tryFlush(); // what was suggested before the first await
    let outcome: Outcome;
    let thrown: unknown;
    try {
      outcome = this.#outcomeOfValue(trial, await result);
    } catch (error) {
      thrown = error;
      outcome = this.#outcomeOfError(trial, error);
    }
    await this.#end(trial, outcome, thrown);
  }

  /** A synchronous objective in several lanes: it works, but one after the other. */
  #noticeSynchronous(): void {
    if (this.#toldSynchronous || this.#concurrency === 1) return;
    this.#toldSynchronous = true;
    this.#session.environment.output.warn(
      `The objective is synchronous, so its trials cannot overlap; concurrency: ${this.#concurrency} has no effect. Return a promise, or start more processes.`,
    );
  }

  #outcomeOfValue(trial: Trial, value: unknown): Outcome {
    try {
      return decideOutcome(value, {}, this.#session.study.directions.length, trial.lastReport);
    } catch (error) {
      return {
        state: 'fail',
        values: null,
        failure: {
          code: 'invalid-value',
          message: `The objective returned ${show(value)}. ${(error as Error).message}`,
        },
      };
    }
  }

  #outcomeOfError(trial: Trial, error: unknown): Outcome {
    if (isTrialPruned(error))
      return decideOutcome(undefined, { state: 'pruned' }, this.#session.study.directions.length, trial.lastReport);
    const message = error instanceof Error ? `${error.name}: ${error.message}` : show(error);
    return { state: 'fail', values: null, failure: { code: trial.isAborted ? 'aborted' : 'error', message } };
  }

  /** Stores the outcome, then lets callbacks and stop conditions have their say. */
  #end(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    this.#running.delete(trial);
    if (trial.writer.isFinished) return this.#endedElsewhere(trial, error);
    let stored: Awaitable<void>;
    try {
      stored = finishTrial(this.#session, trial, outcome);
    } catch (failure) {
      return this.#notStored(trial, failure);
    }
    const after = (): Awaitable<void> => this.#after(trial, outcome, error);
    return isPromise(stored) ? stored.then(after, (failure: unknown) => this.#notStored(trial, failure)) : after();
  }

  /**
   * The result could not be stored: a conflict has failed the trial, or somebody else has finished it (its lease had run
   * out). Anything else leaves an orphan, to be run again.
   */
  #notStored(trial: Trial, error: unknown): Awaitable<void> {
    this.#session.leases.release(trial.number);
    if (isAsktellError(error, 'space-conflict')) return this.#endedElsewhere(trial, undefined);
    if (!isAsktellError(error, 'trial-finished')) throw error;
    this.#session.environment.output.warn(
      `Trial ${trial.number} was finished by somebody else in the meantime; this result of it is dropped.`,
    );
    return this.#endedElsewhere(trial, undefined);
  }

  /** The objective told the trial itself, or a conflict has failed it, perhaps while the objective went on. */
  async #endedElsewhere(trial: Trial, thrown: unknown): Promise<void> {
    await this.#session.refresh();
    const { state, values } = this.#session.store.table.record(trial.number);
    const { conflict } = trial.writer;
    if (conflict !== undefined)
      warnFailed(this.#session, trial.number, { code: 'space-conflict', message: (conflict as Error).message });
    const error = conflict ?? (trial.isAborted || isTrialPruned(thrown) ? undefined : thrown);
    if (error !== undefined && !this.#catches(error)) this.#fail(error);
    await this.#announce(trial, { state: state as FinishedState, values, failure: null });
  }

  /** Stored. */
  #after(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    if (outcome.failure !== null) {
      warnFailed(this.#session, trial.number, outcome.failure);
      if (outcome.failure.code === 'error' && !this.#catches(error)) this.#fail(error);
    }
    return this.#announce(trial, outcome);
  }

  /** Callbacks and stop conditions have their say. */
  #announce(trial: Trial, outcome: Outcome): Awaitable<void> {
    this.#finished++;
    const { callbacks, until } = this.#options;
    const looks =
      (callbacks !== undefined && callbacks.length > 0) || until !== undefined || this.#printer?.isDue === true;
    if (looks) return this.#consult(trial, outcome);
    this.#printer?.trial(trial, outcome);
  }

  /** One trial after the other, also when several lanes finish at once. */
  #consult(trial: Trial, outcome: Outcome): Awaitable<void> {
    return this.#consulting.run(() => this.#consultNow(trial, outcome));
  }

  async #consultNow(trial: Trial, outcome: Outcome): Promise<void> {
    await this.#session.refresh();
    this.#printer?.trial(trial, outcome);
    for (const callback of this.#options.callbacks ?? []) await callback(this.#freeze(trial.number));
    if (this.#options.until?.(this.#progress()) === true) this.stop('The stop condition is met.');
  }

  #progress(): StudyProgress {
    const { best, study } = this.#session;
    return {
      finished: this.#finished,
      bestValue: best.value,
      bestTrial: best.row < 0 ? undefined : best.row,
      sinceImprovement: best.sinceImprovement,
      elapsedMs: now() - this.#started,
      directions: study.directions,
    };
  }

  #catches(error: unknown): boolean {
    const { catch: option = false } = this.#options;
    if (typeof option === 'boolean') return option;
    if (typeof option === 'function') return option(error);
    return option.some((kind) => error instanceof kind);
  }
}

function progressMode(option: unknown): ProgressMode {
  if (option === undefined || option === false) return 'none';
  if (option === true || option === 'line') return 'line';
  if (option === 'trials') return 'trials';
  throw new AsktellError('invalid-argument', `progress is true, false, 'line' or 'trials', not ${show(option)}.`);
}

/** @throws AsktellError `invalid-argument` */
function checkHooks(options: OptimizeOptions<never>): void {
  const { catch: caught, callbacks, until, signal } = options as { readonly [name: string]: unknown };
  const bad = (what: string, value: unknown): AsktellError =>
    new AsktellError('invalid-argument', `optimize: ${what}, not ${show(value)}.`);
  const isFunction = (value: unknown): boolean => typeof value === 'function';
  if (caught !== undefined && typeof caught !== 'boolean' && !isFunction(caught)) {
    if (!Array.isArray(caught) || !caught.every(isFunction))
      throw bad('catch is true, false, a list of error classes or a function', caught);
  }
  if (callbacks !== undefined && !(Array.isArray(callbacks) && callbacks.every(isFunction)))
    throw bad('callbacks is a list of functions', callbacks);
  if (until !== undefined && !isFunction(until))
    throw bad('until is a stop condition such as noImprovement(50)', until);
  if (signal !== undefined && !isFunction((signal as AbortSignalLike | null)?.addEventListener))
    throw bad('signal is an AbortSignal', signal);
}
