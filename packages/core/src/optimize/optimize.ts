import { askTrials } from '../ask-tell/ask.ts';
import { finishTrial } from '../ask-tell/tell.ts';
import { endedElsewhere } from '../ask-tell/told-elsewhere.ts';
import { isPromise } from '../awaitable.ts';
import { isTrialPruned, show } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import { later, nextTurn, now, turnMs } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { decideOutcome, type Outcome, outcomeOfReturn, warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import { readBudget } from './budget.ts';
import { Listeners } from './listeners.ts';
import type { Objective, OptimizeOptions } from './options.ts';

/**
 * One call of `optimize`: as many lanes as `concurrency`, each of which asks, measures and tells until the call ends.
 */
export class Optimization {
  readonly #session: Session;
  readonly #objective: Objective<object>;
  readonly #options: OptimizeOptions<object>;
  readonly #space: DeclaredSpace | null;
  readonly #concurrency: number;
  readonly #total: number | null;
  readonly #listeners: Listeners | null;
  readonly #running = new Set<Trial>();
  #left: number;
  #isStopped = false;
  #failure: { readonly error: unknown } | null = null;
  #lastTurn = now();
  #hasWarnedSynchronous = false;

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
    this.#left = budget.more;
    this.#total = budget.total;
    this.#concurrency = options.concurrency ?? 1;
    const { callbacks, until, progress } = options;
    const hasListeners = callbacks !== undefined || until !== undefined || Boolean(progress);
    this.#listeners = hasListeners
      ? new Listeners({ session, options, freeze, stop: (reason) => this.stop(reason) })
      : null;
  }

  /** Starts no more trials and aborts the signals of running ones. */
  stop(reason: string): void {
    this.#isStopped = true;
    for (const trial of this.#running) trial.cancel(new Error(reason));
  }

  async run(): Promise<void> {
    const { timeout, signal } = this.#options;
    if (signal?.aborted === true || timeout === 0) return;
    const onAbort = (): void => this.stop('The optimization was aborted.');
    signal?.addEventListener('abort', onAbort);
    const cancelTimer =
      timeout === undefined || timeout === Number.POSITIVE_INFINITY
        ? undefined
        : later(timeout, () => this.stop(`The timeout of ${timeout} ms is over.`));
    try {
      await this.#listeners?.start();
      await Promise.all(Array.from({ length: this.#concurrency }, () => this.#lane()));
    } finally {
      cancelTimer?.();
      signal?.removeEventListener('abort', onAbort);
      await this.#listeners?.end();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #lane(): Promise<void> {
    while (!this.#isStopped && this.#left > 0) {
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
      // Awaiting microtasks only would block the event loop.
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
    if (this.#isStopped) trial.cancel(new Error('The optimization has stopped.'));
    let result: Awaitable<unknown>;
    try {
      trial.deferWrites = true;
      result = this.#objective(trial as Trial<object>);
    } catch (error) {
      return this.#end(trial, this.#outcomeOfError(trial, error), error);
    } finally {
      trial.deferWrites = false;
    }
    if (isPromise(result)) return this.#measureLater(trial, result);
    this.#warnSynchronous();
    return this.#endWithValue(trial, result);
  }

  async #measureLater(trial: Trial, result: Promise<unknown>): Promise<void> {
    void trial.buffer.tryFlush(); // Stores what was suggested before the first await.
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      return this.#end(trial, this.#outcomeOfError(trial, error), error);
    }
    return this.#endWithValue(trial, value);
  }

  /** Warns once that a synchronous objective cannot run concurrently. */
  #warnSynchronous(): void {
    if (this.#hasWarnedSynchronous || this.#concurrency === 1) return;
    this.#hasWarnedSynchronous = true;
    this.#session.output.warn(
      `The objective is synchronous, so its trials cannot overlap; concurrency: ${this.#concurrency} has no effect. Return a promise, or start more processes.`,
    );
  }

  #endWithValue(trial: Trial, value: unknown): Awaitable<void> {
    const outcome = outcomeOfReturn(value, this.#session.study.directions.length, trial.lastReport);
    return this.#end(trial, outcome, undefined);
  }

  #outcomeOfError(trial: Trial, error: unknown): Outcome {
    if (isTrialPruned(error))
      return decideOutcome(undefined, { state: 'pruned' }, this.#session.study.directions.length, trial.lastReport);
    const message = error instanceof Error ? `${error.name}: ${error.message}` : show(error);
    return { state: 'fail', values: null, failure: { code: trial.isCancelled ? 'aborted' : 'error', message } };
  }

  /** Stores the outcome, then calls callbacks and stop conditions. */
  #end(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    this.#running.delete(trial);
    if (trial.buffer.isFinished) return this.#endedElsewhere(trial, error);
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

  /** The trial was told elsewhere, or its outcome could not be stored. */
  async #endedElsewhere(trial: Trial, thrown: unknown, refusal?: unknown): Promise<void> {
    const { outcome, error } = await endedElsewhere(this.#session, trial, thrown, refusal);
    if (error !== undefined && !this.#catches(error)) this.#fail(error);
    await this.#listeners?.trial(trial, outcome);
  }

  /** Must be called once the outcome is stored. */
  #after(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    if (outcome.failure !== null) {
      warnFailed(this.#session.output, trial.number, outcome.failure);
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
