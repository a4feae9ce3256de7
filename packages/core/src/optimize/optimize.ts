import { askTrials } from '../ask-tell/ask.ts';
import { noticeNothingToRun } from '../ask-tell/no-more-trials.ts';
import { releaseTrials } from '../ask-tell/release.ts';
import { failureBy, finishTrial, outcomeOf } from '../ask-tell/tell.ts';
import { endedElsewhere } from '../ask-tell/told-elsewhere.ts';
import { andThen, isPromise } from '../awaitable.ts';
import { AsktellError, isAsktellError, isTrialPruned } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import type { FailureReason } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import { later, nextTurn, now, turnMs } from '../platform.ts';
import type { RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { decideOutcome, failed, outcomeOfReturn, warnFailed } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { Outcome } from '../workers/ending.ts';
import { isRetried, type RetryPolicy, retryOps, retryPolicy } from '../workers/retry.ts';
import { yesOrNo } from '../yes-or-no.ts';
import { readBudget } from './budget.ts';
import type { InterruptGuard } from './interrupt-guard.ts';
import { Listeners } from './listeners.ts';
import { ObjectiveCalls } from './objective-calls.ts';
import type { Objective, OptimizeOptions } from './options.ts';
import { repeatPolicy } from './repeat-options.ts';
import { Repeats } from './repeats.ts';
import { readTimeLimit, type TimeLimit, timedOut } from './time-limit.ts';

/** The parts of a study that a call of `optimize` uses. */
export interface Optimizing {
  readonly session: Session;
  readonly space: DeclaredSpace | null;
  readonly freeze: (number: number) => FrozenTrial<object>;
  readonly guard: InterruptGuard;
  /** The policies of the option `repeat` that are known by name. */
  readonly repeatPolicies: readonly RepeatPolicy[];
}

/**
 * One call of `optimize`: as many lanes as `concurrency`, each of which asks, measures and tells until the call ends.
 */
export class Optimization {
  readonly #session: Session;
  readonly #calls: ObjectiveCalls;
  readonly #options: OptimizeOptions<object>;
  readonly #space: DeclaredSpace | null;
  readonly #concurrency: number;
  readonly #total: number | null;
  readonly #retry: RetryPolicy | null;
  readonly #timeLimit: TimeLimit | null;
  readonly #repeats: Repeats | null;
  readonly #listeners: Listeners | null;
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

  constructor(
    { session, space, freeze, guard, repeatPolicies }: Optimizing,
    objective: Objective<object, Directions>,
    options: OptimizeOptions<object>,
  ) {
    const budget = readBudget(options.trials);
    this.#session = session;
    this.#options = options;
    this.#space = space;
    this.#left = budget.more;
    this.#total = budget.total;
    this.#concurrency = options.concurrency ?? 1;
    this.#calls = new ObjectiveCalls(objective, guard, this.#concurrency, session);
    this.#retry = options.retry === undefined ? null : retryPolicy(options.retry);
    this.#timeLimit = readTimeLimit(options.trialTimeout);
    const { callbacks, until, progress, repeat } = options;
    this.#repeats =
      repeat === undefined ? null : new Repeats(session, repeat.max, repeatPolicy(repeat, repeatPolicies));
    const hasListeners = callbacks !== undefined || until !== undefined || Boolean(progress);
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
      this.#repeats?.open();
      await this.#listeners?.start();
      await Promise.all(Array.from({ length: this.#concurrency }, () => this.#lane()));
    } finally {
      cancelTimer?.();
      signal?.removeEventListener('abort', onAbort);
      this.#repeats?.close();
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
            if (!this.#hasTrials) noticeNothingToRun(this.#session, asked, this.#space, this.#total);
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
      const turn = this.#turn();
      if (isPromise(turn)) await turn;
    }
  }

  /** Awaiting microtasks only would block the event loop. */
  #turn(): Awaitable<void> {
    if (now() - this.#lastTurn <= turnMs) return;
    return nextTurn().then(() => {
      this.#lastTurn = now();
    });
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
    if (this.#repeats !== null) return this.#measureOften(trial, this.#repeats);
    let result: Awaitable<unknown>;
    try {
      result = this.#calls.measure(trial, this.#timeLimit?.ms ?? Number.POSITIVE_INFINITY);
    } catch (error) {
      return this.#endWithError(trial, error);
    }
    return isPromise(result) ? this.#measureLater(trial, result) : this.#endWithValue(trial, result);
  }

  async #measureLater(trial: Trial, result: Promise<unknown>): Promise<void> {
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      return this.#endWithError(trial, error);
    }
    return this.#endWithValue(trial, value);
  }

  async #measureOften(trial: Trial, repeats: Repeats): Promise<void> {
    const deadline = now() + (this.#timeLimit?.ms ?? Number.POSITIVE_INFINITY);
    const end = await repeats.measure(trial, async () => {
      await this.#turn();
      if (trial.cancellation === 'interrupted') return undefined;
      const left = deadline - now();
      return { value: left > 0 ? await this.#calls.measure(trial, left) : timedOut };
    });
    if (end.by === 'mean') return this.#end(trial, repeats.outcomeOf(trial), undefined);
    if (end.by === 'value') return this.#endWithValue(trial, end.value);
    if (end.by === 'error') return this.#endWithError(trial, end.error);
    if (end.by === 'reports') return this.#end(trial, failureBy(end.error), end.error);
    this.#running.delete(trial);
    if (end.by === 'refusal') return this.#endedElsewhere(trial, undefined, end.error);
    if (end.by === 'policy') this.#fail(end.error);
    return this.#release(trial);
  }

  #endWithValue(trial: Trial, value: unknown): Awaitable<void> {
    if (value === timedOut) return this.#endTimedOut(trial, this.#timeLimit as TimeLimit);
    // The objective has caught the TrialPruned of its steps.
    if (trial.endsAsPruned) return this.#endPruned(trial);
    const objectives = this.#session.study.directions.length;
    const outcome = outcomeOfReturn(value, objectives, trial.reports.lastValue);
    const { failure } = outcome;
    // An objective that returns no value is a mistake in the program, so the call ends.
    const error = failure?.code === 'invalid-value' ? new AsktellError('invalid-value', failure.message) : undefined;
    return this.#end(trial, outcome, error);
  }

  #endWithError(trial: Trial, error: unknown): Awaitable<void> {
    if (trial.cancellation === 'interrupted') return this.#release(trial);
    if (isTrialPruned(error) || trial.cancellation === 'pruned') return this.#endPruned(trial);
    const { unfit } = trial;
    return unfit === undefined
      ? this.#end(trial, failureBy(error), error)
      : this.#end(trial, failed('space-conflict', unfit.message), undefined);
  }

  #endPruned(trial: Trial): Awaitable<void> {
    const { length } = this.#session.study.directions;
    return this.#end(trial, decideOutcome(undefined, { state: 'pruned' }, length, this.#valueSoFar(trial)), undefined);
  }

  #endTimedOut(trial: Trial, { ms, result }: TimeLimit): Awaitable<void> {
    trial.cancel('timeout', `Trial ${trial.number} has run for ${ms} ms.`);
    const value = this.#valueSoFar(trial);
    const hasValue = result === 'last-report' && !Number.isNaN(value) && this.#session.study.directions.length === 1;
    const reported: Outcome = { state: 'complete', values: [value], failure: null };
    const outcome = hasValue
      ? (this.#repeats?.outcomeOf(trial) ?? reported)
      : failed('timeout', `The trial has run for ${ms} ms.`);
    return this.#end(trial, outcome, undefined);
  }

  /** The value of a trial that ends early: the mean of its measurements, or its last report. NaN if there is none. */
  #valueSoFar(trial: Trial): number {
    return this.#repeats === null ? trial.reports.lastValue : this.#repeats.meanOf(trial);
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
    // A released trial that another worker has finished is not one of this call.
    if (!this.#isClosing || !isAsktellError(refusal, 'trial-finished')) await this.#listeners?.trial(trial, outcome);
  }

  /** Must be called once the outcome is stored. */
  #after(trial: Trial, outcome: Outcome, error: unknown): Awaitable<void> {
    const { failure } = outcome;
    if (failure === null) this.#failuresInARow = 0;
    else {
      warnFailed(this.#session.notices, trial.number, failure);
      const { code } = failure;
      const isThrown = code === 'error' || (code === 'space-conflict' && error !== undefined);
      if (isThrown && !this.#isRetried(trial, code) && !this.#catches(error)) this.#fail(error);
      if (code === 'invalid-value' && error !== undefined) this.#fail(error);
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

  /** Whether a retry follows the failure of the trial. */
  #isRetried({ number }: Trial, code: FailureReason['code']): boolean {
    return this.#retry !== null && isRetried(this.#session.history.record(number), code, this.#retry);
  }

  #catches(error: unknown): boolean {
    const { catch: option = false } = this.#options;
    if (typeof option === 'boolean') return option;
    if (typeof option === 'function') return yesOrNo(option(error), 'invalid-argument', 'optimize: catch');
    return option.some((kind) => error instanceof kind);
  }
}

const noOps: readonly TrialOp[] = [];
