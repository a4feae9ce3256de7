import { releaseTrials } from '../ask-tell/release.ts';
import { isPromise } from '../awaitable.ts';
import type { InterruptGuard } from '../optimize/interrupt-guard.ts';
import type { Session } from '../session/session.ts';
import { Interruption } from './interruption.ts';
import type { StudyEnvironment } from './study-options.ts';

/** A running `optimize` call or `take` loop. */
interface Loop {
  /** @param closes whether the storage may be closed afterwards */
  stop(reason: string, closes: boolean): void;
}

/** The running loops of one study handle. */
export class Loops {
  readonly #session: Session;
  readonly #interruption: Interruption;
  readonly #loops = new Set<Loop>();

  constructor(session: Session, onInterrupt: StudyEnvironment['onInterrupt']) {
    this.#session = session;
    // The storage stays open: a trial that returns its value before the process ends is told.
    this.#interruption = new Interruption(onInterrupt, () => this.end('The process was interrupted.'));
  }

  get guard(): InterruptGuard {
    return this.#interruption;
  }

  /** Adds a loop. Returns a function that removes it. */
  add(loop: Loop): () => void {
    this.#loops.add(loop);
    return () => {
      this.#loops.delete(loop);
      if (this.#loops.size === 0) this.#interruption.disarm();
    };
  }

  /** Runs `work`, the work of a loop. */
  async during(loop: Loop, work: () => Promise<void>): Promise<void> {
    const remove = this.add(loop);
    try {
      await work();
    } finally {
      remove();
    }
  }

  stop(reason: string, closes: boolean = false): void {
    for (const loop of this.#loops) loop.stop(reason, closes);
  }

  /** Stops all loops, releases the trials of this handle, and prints the notices that were held back. */
  async end(reason: string): Promise<void> {
    this.stop(reason, true);
    // An ask in progress may still be granted a trial.
    const idle = this.#session.exclusively(() => undefined);
    if (isPromise(idle)) await idle;
    await releaseTrials(this.#session, [...this.#session.workers.active.keys()]);
    this.#session.notices.summarize();
  }
}
