import { isPromise, Mutex } from '../awaitable.ts';
import type { Awaitable } from '../json.ts';
import { now } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { Trial } from '../trial/trial.ts';
import type { Outcome } from '../workers/ending.ts';
import { yesOrNo } from '../yes-or-no.ts';
import type { OptimizeOptions } from './options.ts';
import { ProgressPrinter } from './progress.ts';
import type { StudyProgress } from './stop-conditions.ts';

/** The part of an `optimize` call that its listeners use. */
export interface Stage {
  readonly session: Session;
  readonly options: OptimizeOptions<object>;
  freeze(number: number): FrozenTrial<object>;
  stop(reason: string): void;
}

/**
 * Runs after every finished trial of an `optimize` call: prints progress, calls callbacks, checks the stop condition.
 */
export class Listeners {
  readonly #stage: Stage;
  readonly #printer: ProgressPrinter | null;
  readonly #mutex = new Mutex();
  readonly #started = now();
  /** Expected number of trials of this call, `null` if unknown. */
  #goal: number | null;
  #finished = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    const { progress, trials } = stage.options;
    this.#goal = typeof trials === 'number' ? trials : null;
    const mode = progress === true ? 'line' : progress;
    this.#printer = mode ? new ProgressPrinter(stage.session, mode, () => this.#goal) : null;
  }

  /** Determines the goal of the progress line. The budget itself is checked inside every ask. */
  async start(): Promise<void> {
    const { session, options } = this.#stage;
    if (this.#printer === null || typeof options.trials !== 'object') return;
    await session.refresh();
    this.#goal = Math.max(0, options.trials.total - session.history.spent);
  }

  /** Must be called after every finished trial. */
  trial(trial: Trial, outcome: Outcome): Awaitable<void> {
    this.#finished++;
    const { callbacks = [], until } = this.#stage.options;
    if (callbacks.length === 0 && until === undefined && this.#printer?.isDue !== true)
      return this.#printer?.trial(trial, outcome);
    // One trial at a time, even if several lanes finish together.
    return this.#mutex.run(() => this.#notify(trial, outcome));
  }

  async #notify(trial: Trial, outcome: Outcome): Promise<void> {
    const { session, options, freeze, stop } = this.#stage;
    const refreshed = session.refresh();
    if (isPromise(refreshed)) await refreshed;
    this.#printer?.trial(trial, outcome);
    for (const callback of options.callbacks ?? []) await callback(freeze(trial.number));
    const { until } = options;
    if (until !== undefined && yesOrNo(until(this.#progress()), 'invalid-argument', 'optimize: until'))
      stop('The stop condition is met.');
  }

  #progress(): StudyProgress {
    const { best, study } = this.#stage.session;
    return {
      finished: this.#finished,
      bestValue: best.value,
      bestTrial: best.row < 0 ? undefined : best.row,
      sinceImprovement: best.sinceImprovement,
      elapsedMs: now() - this.#started,
      directions: study.directions,
    };
  }

  async end(): Promise<void> {
    await this.#printer?.end();
  }
}
