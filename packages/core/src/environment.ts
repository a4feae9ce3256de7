import type { CompiledSpace } from './space/compiled-space.ts';

/**
 * What the study needs from the world around it and cannot know in a pure package: who this process is, where lines
 * are printed, how constraint expressions are compiled. `asktell` passes the one of Node or of the browser.
 */
export interface StudyEnvironment {
  readonly process: ProcessIdentity | null;
  readonly output: Output;
  /** Compiles `'x + y <= 1'` to a predicate on vectors of `space`. Throws `invalid-expression`. `null`: not available here. */
  readonly compileExpression: ((source: string, space: CompiledSpace) => Promise<(x: Float64Array) => boolean>) | null;
}

/** Names a process so that others on the same host can tell whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Distinguishes a process from a later one with the same id (its start time), or `null` where unknown. */
  readonly born: string | null;
  /** Whether process `pid` of this host runs and was born then. */
  isAlive(pid: number, born: string | null): boolean;
}

/** Where lines go. Results belong to the caller; these are remarks. */
export interface Output {
  /** Whether `status` can rewrite its line: a terminal, and not in CI. */
  readonly interactive: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** One line of news. */
  info(line: string): void;
  /** One line that the user should read. */
  warn(line: string): void;
  /** Replaces the status line; `null` removes it. */
  status(line: string | null): void;
}
