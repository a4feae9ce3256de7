/**
 * The web-standard globals that Node and browsers share, and that ECMAScript's own library does not declare.
 * The only place where the core touches its surroundings.
 */

/** `AbortSignal` of the surroundings where that is declared (DOM or Node types), else what we use of it. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : AbortSignalLike;

/** What the core needs of an abort signal. */
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

/** Runs `callback` once after `ms`, without keeping a Node process alive for it. Returns the way to call it off. */
export function later(ms: number, callback: () => void): () => void {
  // Timers hold a 32-bit count; a longer wait is cut into pieces by whoever needs it.
  const timer = globals.setTimeout(callback, Math.min(ms, 2 ** 31 - 1)) as { unref?: () => void };
  if (typeof timer === 'object') timer.unref?.();
  return () => globals.clearTimeout(timer);
}

/**
 * Milliseconds of work after which the event loop gets its turn. Without `setImmediate` that costs a timer, which browsers
 * stretch to 4 ms.
 */
export const turnMs: number = globals.setImmediate === undefined ? 10 : 5;

/** Resolves after the event loop has had its turn: timers, signals and sockets get a chance. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (globals.setImmediate !== undefined) globals.setImmediate(resolve);
    else globals.setTimeout(resolve, 0);
  });
}

/** A random seed: 53 bits that nobody chose. */
export function randomSeed(): number {
  const [high = 0, low = 0] = globals.crypto.getRandomValues(new Uint32Array(2));
  return (high & 0x1fffff) * 2 ** 32 + low;
}

/** A random name part, 64 bits in hex. */
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
