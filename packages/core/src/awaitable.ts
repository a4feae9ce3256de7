import type { Awaitable } from './json.ts';

/** Whether a value is a promise. Other values are not awaited, so synchronous storages cost no microtask. */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Calls `next` at once, or when the promise resolves. Not named `then`, which would make the module a thenable. */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** Runs one piece of work at a time, in order of arrival. Synchronous work runs synchronously if the mutex is free. */
export class Mutex {
  #tail: Promise<unknown> | null = null;

  run<T>(work: () => Awaitable<T>): Awaitable<T> {
    if (this.#tail !== null) return this.#chain(this.#tail.then(work));
    const result = work();
    return isPromise(result) ? this.#chain(result) : result;
  }

  #chain<T>(work: Promise<T>): Promise<T> {
    const tail: Promise<unknown> = work.then(
      () => this.#leave(tail),
      () => this.#leave(tail),
    );
    this.#tail = tail;
    return work;
  }

  #leave(tail: Promise<unknown>): void {
    if (this.#tail === tail) this.#tail = null;
  }
}
