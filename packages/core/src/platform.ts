/**
 * Web-standard globals of Node and browsers that TypeScript's ECMAScript library does not declare. No other module of
 * core accesses the host environment.
 */

/** The host's `AbortSignal` type if one is declared (DOM or Node types), else {@link AbortSignalLike}. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : AbortSignalLike;

/** The members of an `AbortSignal` that core uses. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface AbortControllerLike {
  readonly signal: Signal;
  abort(reason?: unknown): void;
}

interface Globals {
  readonly AbortController: new () => AbortControllerLike;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly clearImmediate?: (turn: unknown) => void;
  readonly performance: { now(): number };
  readonly crypto: { getRandomValues(array: Uint32Array): Uint32Array };
  readonly console: { warn(line: string): void; info(line: string): void };
}

const globals = globalThis as unknown as Globals;

export function newAbortController(): AbortControllerLike {
  return new globals.AbortController();
}

/** Milliseconds of a monotonic clock. For durations and rates, never for proposals. */
export function now(): number {
  return globals.performance.now();
}

/** The longest delay of a timer: a larger one fires at once. */
const longestDelay = 2 ** 31 - 1;

/**
 * Runs `callback` once after `ms` milliseconds. Returns a function that cancels it.
 * @param keepsAlive whether Node waits for it
 */
export function later(ms: number, callback: () => void, keepsAlive: boolean = false): () => void {
  let timer: unknown;
  const wait = (left: number): void => {
    const isLast = left <= longestDelay;
    timer = globals.setTimeout(isLast ? callback : () => wait(left - longestDelay), Math.min(left, longestDelay));
    if (!keepsAlive) (timer as { unref?: () => void }).unref?.(); // a number in browsers
  };
  wait(ms);
  return () => globals.clearTimeout(timer);
}

/** Runs `callback` at the next turn of the event loop. Returns a function that cancels it. */
export function soon(callback: () => void): () => void {
  if (globals.setImmediate === undefined) return later(0, callback);
  const turn = globals.setImmediate(callback);
  return () => globals.clearImmediate?.(turn);
}

/**
 * Milliseconds of work between two turns of the event loop. Longer without `setImmediate`, where a turn needs a timer,
 * which takes 4 ms in browsers.
 */
export const turnMs: number = globals.setImmediate === undefined ? 10 : 5;

/** Resolves after one turn of the event loop, so that timers, signals and sockets are served. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (globals.setImmediate !== undefined) globals.setImmediate(resolve);
    else globals.setTimeout(resolve, 0);
  });
}

/** A random seed of 53 bits. */
export function randomSeed(): number {
  const [high = 0, low = 0] = globals.crypto.getRandomValues(new Uint32Array(2));
  return (high & 0x1fffff) * 2 ** 32 + low;
}

/** 64 random bits as 16 hexadecimal digits. */
export function randomToken(): string {
  return Array.from(globals.crypto.getRandomValues(new Uint32Array(2)), (word) =>
    word.toString(16).padStart(8, '0'),
  ).join('');
}

export function printWarning(line: string): void {
  globals.console.warn(line);
}

export function printInfo(line: string): void {
  globals.console.info(line);
}
