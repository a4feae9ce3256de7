/**
 * Reacts to the interruption of the process (Ctrl-C) while a loop can be interrupted: it stops the loop and releases its
 * trials. A synchronous objective that blocks for long could not be interrupted, so the guard is off then.
 */
export interface InterruptGuard {
  /** Turns it on. Repeated calls have no effect. */
  arm(): void;
  /** Turns it off: the process ends as if there were no loop. */
  disarm(): void;
}

/** Milliseconds. An objective that blocks for longer must not delay the end of an interrupted process. */
export const longestBlock = 1000;
