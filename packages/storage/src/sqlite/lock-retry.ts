import { AsktellError, type Awaitable } from '@asktell/core';
import { isLocked } from './driver-errors.ts';

/** Maximum pause between two attempts in milliseconds. Other writers hold the lock for less than one. */
const maxPauseMs = 5;

/**
 * Retries work while the database is locked, without blocking the event loop. If the database is not locked, the work
 * runs immediately and synchronously.
 */
export class LockRetry {
  readonly #limitMs: number;
  #last: Promise<unknown> | null = null;

  /** @param limitMs time after which a call fails with `storage-busy` */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Runs a read. Reads do not wait for other calls and other calls do not wait for them. */
  read<T>(work: () => Awaitable<T>): Awaitable<T> {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error)) throw error;
      return this.#retry(work, error);
    }
  }

  /** Runs a write. Writes run in the order of the calls, also when one of them waits for the lock. */
  write<T>(work: () => Awaitable<T>): Awaitable<T> {
    let turn: Promise<T>;
    if (this.#last === null) {
      const now = this.read(work);
      if (!(now instanceof Promise)) return now;
      turn = now;
    } else {
      turn = this.#last.then(() => this.read(work));
    }
    const settled: Promise<unknown> = turn.then(
      () => this.#leave(settled),
      () => this.#leave(settled),
    );
    this.#last = settled;
    return turn;
  }

  #leave(settled: Promise<unknown>): void {
    if (this.#last === settled) this.#last = null;
  }

  async #retry<T>(work: () => Awaitable<T>, first: unknown): Promise<T> {
    const start = performance.now();
    let locked = first;
    for (let attempt = 0; ; attempt++) {
      await pause(attempt);
      try {
        return await work();
      } catch (error) {
        if (!isLocked(error)) throw error;
        locked = error;
      }
      const waited = performance.now() - start;
      if (waited > this.#limitMs) {
        throw new AsktellError(
          'storage-busy',
          `${(locked as Error).message} The lock was not released within ${Math.round(waited / 1000)} s. Look for a program that keeps a transaction open.`,
          { cause: locked },
        );
      }
    }
  }
}

/** Waits a random time, so that processes that collided do not collide again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => {
    if (attempt === 0) setImmediate(resolve);
    else setTimeout(resolve, Math.random() * Math.min(maxPauseMs, 1.5 ** attempt));
  });
}
