/** Web-standard globals of Node and browsers that TypeScript's ECMAScript library does not declare. */
import type { Signal } from '@asktell/core';

interface Globals {
  readonly AbortController: new () => { readonly signal: Signal; abort(reason?: unknown): void };
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly performance: { now(): number };
}

const globals = globalThis as unknown as Globals;

/** Milliseconds of a monotonic clock. */
export function now(): number {
  return globals.performance.now();
}

/** An abort signal, aborted with `source` if given. `abort` aborts it alone, `done` stops listening. */
export function linkedSignal(source: Signal | undefined): {
  readonly signal: Signal;
  abort(reason: unknown): void;
  done(): void;
} {
  const controller = new globals.AbortController();
  const onAbort = (): void => controller.abort(source?.reason);
  if (source?.aborted) onAbort();
  source?.addEventListener('abort', onAbort);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    done: () => source?.removeEventListener('abort', onAbort),
  };
}

/** Rejects with the error of `timedOut` if `work` takes longer than `ms`. The work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>, timedOut: () => Error): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY) return work;
  let timer: unknown;
  const limit = new Promise<never>((_, reject) => {
    timer = globals.setTimeout(() => reject(timedOut()), Math.min(ms, 2 ** 31 - 1));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    globals.clearTimeout(timer);
    work.catch(() => undefined); // An abandoned fit may still fail. Its error must not end the process.
  }
}
