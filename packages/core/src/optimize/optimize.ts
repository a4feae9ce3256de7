import { askTrials } from '../ask-tell/ask.ts';
import { finishTrial } from '../ask-tell/tell.ts';
import { isPromise } from '../awaitable.ts';
import { hasMembers, isBoolean, isBudget, isCount, isDuration, isPlain, type Looks } from '../checks/plain.ts';
import { isTrialPruned, show } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import { type AbortSignalLike, later, nextTurn, now, turnMs } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { decideOutcome, type Outcome } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import { warnFailed } from '../trial/warn-failed.ts';
import { readBudget, type TrialBudget } from './budget.ts';
import type { Listeners } from './listeners.ts';
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

/** Whoever wants to hear of the trials makes a run less than plain. */
const looks: Looks = {
  trials: isBudget,
  timeout: isDuration,
  concurrency: isCount,
  signal: (value) => hasMembers(value, 'function', 'addEventListener'),
  catch: isBoolean,
};

/** Whether `optimize` has no need of the full checks. */
export function isPlainRun(objective: unknown, options: unknown): boolean {
  return typeof objective === 'function' && isPlain(options, looks);
}

/** One call of `optimize`: lanes that ask, measure and tell until there is a reason to stop. */
export class Optimization {
  readonly #session: Session;
  readonly #objective: Objective<object>;
  readonly #options: OptimizeOptions<object>;
  readonly #space: DeclaredSpace | null;
  readonly #freeze: (number: number) => FrozenTrial<object>;
  readonly #concurrency: number;
  readonly #total: number | null;
  /** Loaded only when somebody listens. */
  #listeners: Listeners | null = null;
  readonly #running = new Set<Trial>();
  #left: number;
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
    const budget = readBudget(options.trials);
    this.#session = session;
    this.#objective = objective;
    this.#options = options;
    this.#space = space;
    this.#freeze = freeze;
    this.#left = budget.more;
    this.#total = budget.total;
    this.#concurrency = options.concurrency ?? 1;
  }

  /** No new trials; the signals of the running ones are aborted. */
  stop(reason: string): void {
    this.#stopped = true;
    for (const trial of this.#running) trial.abort(new Error(reason));
  }

  async run(): Promise<void> {
    const { timeout, signal, callbacks, until, progress } = this.#options;
    if (callbacks !== undefined || until !== undefined || progress)
      this.#listeners = await this.#session.seldom(
        ({ Listeners }) =>
          new Listeners({
            session: this.#session,
            options: this.#options,
            freeze: this.#freeze,
            stop: (reason) => this.stop(reason),
          }),
      );
    if (signal?.aborted === true || timeout === 0) return;
    const onAbort = (): void => this.stop('The optimization was aborted.');
    signal?.addEventListener('abort', onAbort);
    const callOff =
      timeout === undefined || timeout === Number.POSITIVE_INFINITY
        ? undefined
        : later(timeout, () => this.stop(`The timeout of ${timeout} ms is over.`));
    try {
      await this.#listeners?.start();
      await Promise.all(Array.from({ length: this.#concurrency }, () => this.#lane()));
    } finally {
      callOff?.();
      signal?.removeEventListener('abort', onAbort);
      await this.#listeners?.end();
    }
    if (this.#failure !== null) throw this.#failure.error;
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
      // Awaited microtasks give the event loop no turn.
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
    if (isPromise(result)) return this.#measureLater(trial, result);
    this.#noticeSynchronous();
    return this.#endWithValue(trial, result);
  }

  async #measureLater(trial: Trial, result: Promise<unknown>): Promise<void> {
    void trial.writer.tryFlush(); // what was suggested before the first await
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      return this.#end(trial, this.#outcomeOfError(trial, error), error);
    }
    return this.#endWithValue(trial, value);
  }

  /** A synchronous objective in several lanes: it works, but one after the other. */
  #noticeSynchronous(): void {
    if (this.#toldSynchronous || this.#concurrency === 1) return;
    this.#toldSynchronous = true;
    this.#session.environment.output.warn(
      `The objective is synchronous, so its trials cannot overlap; concurrency: ${this.#concurrency} has no effect. Return a promise, or start more processes.`,
    );
  }

  #endWithValue(trial: Trial, value: unknown): Awaitable<void> {
    const objectives = this.#session.study.directions.length;
    const outcome = decideOutcome(value, {}, objectives, trial.lastReport);
    if (outcome !== null) return this.#end(trial, outcome, undefined);
    return this.#session.seldom(({ outcomeOfBadValue }) =>
      this.#end(trial, outcomeOfBadValue(value, objectives), undefined),
    );
  }

  #outcomeOfError(trial: Trial, error: unknown): Outcome {
    if (isTrialPruned(error))
      return decideOutcome(
        undefined,
        { state: 'pruned' },
        this.#session.study.directions.length,
        trial.lastReport,
      ) as Outcome;
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
    } catch (refusal) {
      return this.#endedElsewhere(trial, undefined, refusal);
    }
    const after = (): Awaitable<void> => this.#after(trial, outcome, error);
    return isPromise(stored)
      ? stored.then(after, (refusal: unknown) => this.#endedElsewhere(trial, undefined, refusal))
      : after();
  }

  /** Somebody else has told the trial, or what this call would have told was refused. */
  async #endedElsewhere(trial: Trial, thrown: unknown, refusal?: unknown): Promise<void> {
    const { outcome, error } = await this.#session.seldom(({ endedElsewhere }) =>
      endedElsewhere(this.#session, trial, thrown, refusal),
    );
    if (error !== undefined && !this.#catches(error)) this.#fail(error);
    await this.#listeners?.trial(trial, outcome);
  }

  /** Stored. */
  #after(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    if (outcome.failure !== null) {
      warnFailed(this.#session, trial.number, outcome.failure);
      if (outcome.failure.code === 'error' && !this.#catches(error)) this.#fail(error);
    }
    return this.#listeners?.trial(trial, outcome);
  }

  #catches(error: unknown): boolean {
    const { catch: option = false } = this.#options;
    if (typeof option === 'boolean') return option;
    if (typeof option === 'function') return option(error);
    return option.some((kind) => error instanceof kind);
  }
}
