import { AsktellError, type Awaitable } from '@asktell/core';
import { isLocked } from './driver-errors.ts';

/** Pauses grow to this many milliseconds: short, as other writers hold the lock for a fraction of one. */
const longestPause = 5;

/**
 * Runs work that may find the database locked, and tries again until it is free, without blocking the event loop.
 * Work that finds it free runs at once and synchronously.
 */
export class LockWaiting {
  readonly #limitMs: number;
  #last: Promise<unknown> | null = null;

  /** @param limitMs after which `storage-busy` is given up with */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** For reads: neither waits for others nor lets others wait. */
  atOnce<T>(work: () => Awaitable<T>): Awaitable<T> {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error)) throw error;
      return this.#retry(work, error);
    }
  }

  /** For writes: in order of arrival, so that one that waits is not overtaken by a later one. */
  inTurn<T>(work: () => Awaitable<T>): Awaitable<T> {
    let turn: Promise<T>;
    if (this.#last === null) {
      const now = this.atOnce(work);
      if (!(now instanceof Promise)) return now;
      turn = now;
    } else {
      turn = this.#last.then(() => this.atOnce(work));
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
          `${(locked as Error).message} It did not become free in ${Math.round(waited / 1000)} s; look for a program that keeps a transaction open.`,
          { cause: locked },
        );
      }
    }
  }
}

/** Random, so that processes that collided do not collide again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => {
    if (attempt === 0) setImmediate(resolve);
    else setTimeout(resolve, Math.random() * Math.min(longestPause, 1.5 ** attempt));
  });
}
