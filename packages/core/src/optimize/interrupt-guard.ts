/**
 * Lets an interruption of the process (Ctrl-C) end a loop in good order. While synchronous code runs, nothing can react to
 * an interruption. So a loop whose code turns out to block for long gives the guard up, and the process ends at once.
 */
export interface InterruptGuard {
  /** The loop begins to wait for a trial. */
  begin(): void;
  /** The trial is over, or the loop was left. */
  end(): void;
}
