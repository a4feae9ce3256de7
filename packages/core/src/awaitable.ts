import type { Awaitable } from './json.ts';

/** Whether there is something to wait for. Synchronous storages and samplers never cost a microtask. */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Goes on with `next` at once, or when the promise resolves. (Not named `then`: that would make the module itself a thenable.) */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** One at a time, in order of arrival; synchronous when nobody else is inside and the work is. */
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
