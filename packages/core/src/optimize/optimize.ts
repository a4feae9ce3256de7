import { askTrials } from '../ask-tell/ask.ts';
import { noticeNothingToRun } from '../ask-tell/no-more-trials.ts';
import { releaseTrials } from '../ask-tell/release.ts';
import { describeError, finishTrial, outcomeOf } from '../ask-tell/tell.ts';
import { endedElsewhere } from '../ask-tell/told-elsewhere.ts';
import { andThen, isPromise } from '../awaitable.ts';
import { AsktellError, isAsktellError, isTrialPruned } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import type { FailureReason } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import { later, nextTurn, now, turnMs } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { decideOutcome, hasWrongCount, outcomeOfReturn, warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { Outcome } from '../workers/ending.ts';
import { isRetried, type RetryPolicy, retryOps, retryPolicy } from '../workers/retry.ts';
import { yesOrNo } from '../yes-or-no.ts';
import { readBudget } from './budget.ts';
import type { InterruptGuard } from './interrupt-guard.ts';
import { Listeners } from './listeners.ts';
import type { Objective, OptimizeOptions } from './options.ts';
import { readTimeLimit, type TimeLimit, timedOut, within } from './time-limit.ts';

/** The parts of a study that a call of `optimize` uses. */
export interface Optimizing {
  readonly session: Session;
  readonly space: DeclaredSpace | null;
  readonly freeze: (number: number) => FrozenTrial<object>;
  readonly guard: InterruptGuard;
}

/**
 * One call of `optimize`: as many lanes as `concurrency`, each of which asks, measures and tells until the call ends.
 */
export class Optimization {
  readonly #session: Session;
  readonly #objective: Objective<object, Directions>;
  readonly #options: OptimizeOptions<object>;
  readonly #space: DeclaredSpace | null;
  readonly #guard: InterruptGuard;
  readonly #concurrency: number;
  readonly #total: number | null;
  readonly #retry: RetryPolicy | null;
  readonly #timeLimit: TimeLimit | null;
  readonly #listeners: Listeners | null;
  /** Whether the objective is known to be asynchronous. Others may return promises as well. */
  readonly #isAsync: boolean;
  readonly #running = new Set<Trial>();
  /** End the pauses of lanes that wait for a retry. */
  readonly #wakers = new Set<() => void>();
  #left: number;
  #failuresInARow = 0;
  #isStopped = false;
  /** Whether the study is closed. What its trials do then is not stored, because they were released. */
  #isClosing = false;
  #hasTrials = false;
  #failure: { readonly error: unknown } | null = null;
  #lastTurn = now();
  #hasWarnedSynchronous = false;

  constructor(
    { session, space, freeze, guard }: Optimizing,
    objective: Objective<object, Directions>,
    options: OptimizeOptions<object>,
  ) {
    const budget = readBudget(options.trials);
    this.#session = session;
    this.#objective = objective;
    this.#options = options;
    this.#space = space;
    this.#guard = guard;
    this.#left = budget.more;
    this.#total = budget.total;
    this.#concurrency = options.concurrency ?? 1;
    this.#retry = options.retry === undefined ? null : retryPolicy(options.retry);
    this.#timeLimit = readTimeLimit(options.trialTimeout);
    const { callbacks, until, progress } = options;
    const hasListeners = callbacks !== undefined || until !== undefined || Boolean(progress);
    this.#isAsync = objective.constructor.name === 'AsyncFunction';
    this.#listeners = hasListeners
      ? new Listeners({ session, options, freeze, stop: (reason) => this.stop(reason) })
      : null;
  }

  /** Starts no more trials and aborts the signals of running ones. Those that throw then are released. */
  stop(reason: string, closes: boolean = false): void {
    this.#isStopped = true;
    this.#isClosing ||= closes;
    for (const trial of this.#running) trial.cancel('interrupted', reason);
    for (const wake of this.#wakers) wake();
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
      this.#session.notices.summarize();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #lane(): Promise<void> {
    while (!this.#isStopped && this.#left > 0) {
      this.#left--;
      try {
        const asking = askTrials(this.#session, {
          count: 1,
          owned: true,
          total: this.#total,
          space: this.#space,
          retry: this.#retry,
        });
        const asked = isPromise(asking) ? await asking : asking;
        const { end, retryIn } = asked;
        const trial = asked.trials[0];
        if (trial === undefined) {
          if (end !== 'exhausted' || retryIn === null) {
            if (!this.#hasTrials) noticeNothingToRun(this.#session, asked, this.#space);
            return;
          }
          this.#left++;
          await this.#pause(retryIn);
          continue;
        }
        this.#hasTrials = true;
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

  /** Waits, or until the call is stopped. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakers.delete(wake);
        resolve();
      };
      const cancel = later(ms, wake, true);
      this.#wakers.add(wake);
    });
  }

  #fail(error: unknown): void {
    if (this.#isClosing && isAsktellError(error, 'storage-closed')) return;
    this.#failure ??= { error };
    this.stop('Another trial has failed.');
  }

  #measure(trial: Trial): Awaitable<void> {
    this.#running.add(trial);
    if (this.#isStopped) trial.cancel('interrupted', 'The optimization has stopped.');
    // The guard must not delay the end of a process whose objective is synchronous.
    if (this.#isAsync) this.#guard.begin();
    let result: Awaitable<unknown>;
    try {
      trial.deferWrites = true;
      result = this.#objective(trial as Trial<object>);
    } catch (error) {
      if (this.#isAsync) this.#guard.end();
      return this.#endWithError(trial, error);
    } finally {
      trial.deferWrites = false;
    }
    if (isPromise(result)) {
      if (!this.#isAsync) this.#guard.begin();
      return this.#measureLater(trial, result);
    }
    if (this.#isAsync) this.#guard.end();
    this.#warnSynchronous();
    return this.#endWithValue(trial, result);
  }

  async #measureLater(trial: Trial, result: Promise<unknown>): Promise<void> {
    void trial.buffer.tryFlush(); // Stores what was suggested before the first await.
    let value: unknown;
    try {
      value = this.#timeLimit === null ? await result : await within(this.#timeLimit.ms, result);
    } catch (error) {
      return this.#endWithError(trial, error);
    } finally {
      this.#guard.end();
    }
    if (value === timedOut) return this.#endTimedOut(trial, this.#timeLimit as TimeLimit);
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
    const objectives = this.#session.study.directions.length;
    const outcome = outcomeOfReturn(value, objectives, trial.lastReport);
    // Every trial would fail in the same way.
    const error = hasWrongCount(value, objectives)
      ? new AsktellError('invalid-value', (outcome.failure as FailureReason).message)
      : undefined;
    return this.#end(trial, outcome, error);
  }

  #endWithError(trial: Trial, error: unknown): Awaitable<void> {
    if (trial.cancellation === 'interrupted') return this.#release(trial);
    if (isTrialPruned(error) || trial.cancellation === 'pruned') {
      const objectives = this.#session.study.directions.length;
      return this.#end(trial, decideOutcome(undefined, { state: 'pruned' }, objectives, trial.lastReport), undefined);
    }
    const { unfit } = trial;
    return unfit === undefined
      ? this.#end(trial, failed('error', describeError(error)), error)
      : this.#end(trial, failed('space-conflict', unfit.message), undefined);
  }

  #endTimedOut(trial: Trial, { ms, result }: TimeLimit): Awaitable<void> {
    trial.cancel('timeout', `Trial ${trial.number} has run for ${ms} ms.`);
    const { lastReport } = trial;
    const outcome: Outcome =
      result === 'last-report' && !Number.isNaN(lastReport) && this.#session.study.directions.length === 1
        ? { state: 'complete', values: [lastReport], failure: null }
        : failed('timeout', `The trial has run for ${ms} ms.`);
    return this.#end(trial, outcome, undefined);
  }

  /** Leaves an interrupted trial to the next ask. */
  #release(trial: Trial): Awaitable<void> {
    this.#running.delete(trial);
    return releaseTrials(this.#session, [trial.number]);
  }

  /** Stores the outcome, then calls callbacks and stop conditions. */
  #end(trial: Trial, measured: Outcome, error: unknown): Awaitable<void> {
    this.#running.delete(trial);
    if (trial.buffer.isFinished) return this.#endedElsewhere(trial, error);
    const outcome = outcomeOf(trial, measured);
    const after = (stored: Outcome): Awaitable<void> =>
      this.#after(trial, stored, stored === measured ? error : trial.buffer.refusal);
    let stored: Awaitable<Outcome>;
    try {
      stored = andThen(this.#retryOf(trial, outcome), (retry) => finishTrial(this.#session, trial, outcome, retry));
    } catch (refusal) {
      return this.#endedElsewhere(trial, undefined, refusal);
    }
    return isPromise(stored)
      ? stored.then(after, (refusal: unknown) => this.#endedElsewhere(trial, undefined, refusal))
      : after(stored);
  }

  /** The operations that add the retry of a failed trial. */
  #retryOf(trial: Trial, { failure }: Outcome): Awaitable<readonly TrialOp[]> {
    const retry = this.#retry;
    if (failure === null || retry === null) return noOps;
    const { history, workers } = this.#session;
    return andThen(trial.buffer.flush(), () =>
      retryOps(history.record(trial.number), failure.code, retry, workers.now),
    );
  }

  /** The trial was told elsewhere, or its outcome could not be stored. */
  async #endedElsewhere(trial: Trial, thrown: unknown, refusal?: unknown): Promise<void> {
    const { outcome, error } = await endedElsewhere(this.#session, trial, thrown, refusal);
    if (error !== undefined && !this.#catches(error)) this.#fail(error);
    await this.#listeners?.trial(trial, outcome);
  }

  /** Must be called once the outcome is stored. */
  #after(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    const { failure } = outcome;
    if (failure === null) this.#failuresInARow = 0;
    else {
      warnFailed(this.#session.notices, trial.number, failure);
      if (failure.code === 'error' && !this.#isRetried(trial) && !this.#catches(error)) this.#fail(error);
      if (failure.code === 'invalid-value' && error !== undefined) this.#fail(error);
      this.#countFailure(trial, failure.message);
    }
    return this.#listeners?.trial(trial, outcome);
  }

  #countFailure({ number }: Trial, message: string): void {
    const { maxConsecutiveFailures: most } = this.#options;
    this.#failuresInARow++;
    if (most === undefined || this.#failuresInARow < most) return;
    this.#fail(
      new AsktellError(
        'too-many-failures',
        `${most} trial(s) have failed in a row, the last one, trial ${number}, with: ${message} Correct the objective, or raise maxConsecutiveFailures.`,
      ),
    );
  }

  /** Whether a retry follows an error of the trial. */
  #isRetried({ number }: Trial): boolean {
    return this.#retry !== null && isRetried(this.#session.history.record(number), 'error', this.#retry);
  }

  #catches(error: unknown): boolean {
    const { catch: option = false } = this.#options;
    if (typeof option === 'boolean') return option;
    if (typeof option === 'function') return yesOrNo(option(error), 'invalid-argument', 'optimize: catch');
    return option.some((kind) => error instanceof kind);
  }
}

function failed(code: FailureReason['code'], message: string): Outcome {
  return { state: 'fail', values: null, failure: { code, message } };
}

const noOps: readonly TrialOp[] = [];
