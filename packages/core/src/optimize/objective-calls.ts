import { isPromise } from '../awaitable.ts';
import { isTrialPruned } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import { noticeNotAwaited } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { InterruptGuard } from './interrupt-guard.ts';
import type { Objective } from './options.ts';
import { timedOut, within } from './time-limit.ts';

/** Calls the objective of one `optimize` call, and tells the guard when a trial is waited for. */
export class ObjectiveCalls {
  readonly #objective: Objective<object, Directions>;
  readonly #guard: InterruptGuard;
  readonly #concurrency: number;
  readonly #session: Session;
  /** Whether the objective is known to be asynchronous. Others may return promises as well. */
  readonly #isAsync: boolean;
  #hasWarnedSynchronous = false;

  constructor(objective: Objective<object, Directions>, guard: InterruptGuard, concurrency: number, session: Session) {
    this.#objective = objective;
    this.#guard = guard;
    this.#concurrency = concurrency;
    this.#session = session;
    this.#isAsync = objective.constructor.name === 'AsyncFunction';
  }

  /**
   * Measures once. An asynchronous result resolves to `timedOut` after `ms` milliseconds.
   * @throws what the objective throws
   */
  measure(trial: Trial, ms: number): Awaitable<unknown> {
    // The guard must not delay the end of a process whose objective is synchronous.
    if (this.#isAsync) this.#guard.begin();
    let result: Awaitable<unknown>;
    try {
      trial.deferWrites = true;
      trial.throwsWhenPruned = true;
      result = this.#objective(trial as Trial<object>);
    } catch (error) {
      if (this.#isAsync) this.#guard.end();
      if (isTrialPruned(error)) noticeNotAwaited(this.#session, trial.number);
      throw error;
    } finally {
      trial.deferWrites = false;
    }
    if (isPromise(result)) {
      if (!this.#isAsync) this.#guard.begin();
      return this.#settle(trial, result, ms);
    }
    if (this.#isAsync) this.#guard.end();
    noticeNotAwaited(this.#session, trial.number);
    this.#warnSynchronous(ms);
    return result;
  }

  async #settle(trial: Trial, result: Promise<unknown>, ms: number): Promise<unknown> {
    void trial.buffer.tryFlush(); // Stores what was suggested before the first await.
    try {
      const value = await (ms === Number.POSITIVE_INFINITY ? result : within(ms, result));
      if (value !== timedOut) noticeNotAwaited(this.#session, trial.number);
      return value;
    } catch (error) {
      if (isTrialPruned(error)) noticeNotAwaited(this.#session, trial.number);
      throw error;
    } finally {
      this.#guard.end();
    }
  }

  /** Warns once that a synchronous objective cannot run concurrently, and cannot be ended by a time limit. */
  #warnSynchronous(ms: number): void {
    const isLimited = ms !== Number.POSITIVE_INFINITY;
    if (this.#hasWarnedSynchronous || (this.#concurrency === 1 && !isLimited)) return;
    this.#hasWarnedSynchronous = true;
    if (this.#concurrency > 1)
      this.#session.output.warn(
        `The objective is synchronous, so its trials cannot overlap; concurrency: ${this.#concurrency} has no effect. Return a promise, or start more processes.`,
      );
    if (isLimited)
      this.#session.output.warn(
        'The objective is synchronous, so trialTimeout cannot end its trials. Return a promise, or measure in another process.',
      );
  }
}
