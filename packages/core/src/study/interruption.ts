import type { InterruptGuard } from '../optimize/interrupt-guard.ts';
import { later, now, soon } from '../platform.ts';
import type { StudyEnvironment } from './study-options.ts';

/** Milliseconds between two looks at the event loop. */
const watchMs = 500;
/** Milliseconds for which an interruption may have to wait. */
const longestBlock = 1000;

/** Ends the loops of a study when the process is interrupted while they wait for trials. */
export class Interruption implements InterruptGuard {
  readonly #onInterrupt: StudyEnvironment['onInterrupt'];
  readonly #endLoops: () => Promise<void>;
  /** Number of trials for which loops wait. */
  #waiting = 0;
  #began = 0;
  #hasTurned = false;
  #unsubscribe: (() => void) | null = null;
  #stopWatching: (() => void) | null = null;
  /** Whether the user's code has blocked the event loop for long. It then could not be interrupted any more. */
  #hasBlocked = false;

  constructor(onInterrupt: StudyEnvironment['onInterrupt'], endLoops: () => Promise<void>) {
    this.#onInterrupt = onInterrupt;
    this.#endLoops = endLoops;
  }

  begin(): void {
    if (this.#onInterrupt === undefined || this.#hasBlocked || this.#waiting++ > 0) return;
    this.#began = now();
    this.#hasTurned = false;
    soon(() => {
      this.#hasTurned = true;
    });
    if (this.#unsubscribe !== null) return;
    this.#unsubscribe = this.#onInterrupt(this.#endLoops);
    this.#watch();
  }

  end(): void {
    if (this.#waiting === 0 || --this.#waiting > 0) return;
    if (!this.#hasTurned && now() - this.#began > longestBlock) this.#giveUp();
  }

  /** Ends the reaction to interruptions. Called when no loop is left. */
  disarm(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  #giveUp(): void {
    this.#hasBlocked = true;
    this.disarm();
  }

  /** Finds out whether the user's code blocks the event loop between its awaits. */
  #watch(): void {
    const due = now() + watchMs;
    this.#stopWatching = later(watchMs, () => {
      if (now() - due > longestBlock) this.#giveUp();
      else this.#watch();
    });
  }
}
