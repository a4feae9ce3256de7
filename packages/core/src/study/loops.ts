import { releaseTrials } from '../ask-tell/release.ts';
import type { InterruptGuard } from '../optimize/interrupt-guard.ts';
import type { Session } from '../session/session.ts';
import type { StudyEnvironment } from './study-options.ts';

/** A running `optimize` call or `take` loop. */
interface Loop {
  stop(reason: string): void;
}

/** The running loops of one study handle. */
export class Loops {
  readonly #session: Session;
  readonly #onInterrupt: StudyEnvironment['onInterrupt'];
  readonly #close: () => Promise<void>;
  readonly #loops = new Set<Loop>();
  readonly #armed = new Set<InterruptGuard>();
  #unsubscribe: (() => void) | null = null;

  /** @param close closes the study */
  constructor(session: Session, onInterrupt: StudyEnvironment['onInterrupt'], close: () => Promise<void>) {
    this.#session = session;
    this.#onInterrupt = onInterrupt;
    this.#close = close;
  }

  /** Adds a loop. Returns a function that removes it. */
  add(loop: Loop): () => void {
    this.#loops.add(loop);
    return () => this.#loops.delete(loop);
  }

  stop(reason: string): void {
    for (const loop of this.#loops) loop.stop(reason);
  }

  /** Stops all loops and releases the trials of this handle. */
  async end(reason: string): Promise<void> {
    this.stop(reason);
    await releaseTrials(this.#session, [...this.#session.workers.active.keys()]);
  }

  /** A guard for one loop. While any guard is armed, an interruption of the process closes the study. */
  guard(): InterruptGuard {
    const guard: InterruptGuard = {
      arm: () => {
        this.#armed.add(guard);
        this.#unsubscribe ??= this.#onInterrupt?.(this.#close) ?? null;
      },
      disarm: () => {
        this.#armed.delete(guard);
        if (this.#armed.size > 0) return;
        this.#unsubscribe?.();
        this.#unsubscribe = null;
      },
    };
    return guard;
  }
}
