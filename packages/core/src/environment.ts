/** Identifies a process, so that others on the same host can tell whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  /** Identifies the boot of the host. Default `null` = unknown. */
  readonly boot?: string | null;
  /** Identifies the pid namespace: in another one the same id is another process. Default `null` = the system has none. */
  readonly pidNamespace?: string | null;
  readonly pid: number;
  /** Start of the process, which distinguishes it from a later one with the same id. `null` = unknown. */
  readonly born: string | null;
  /** Whether process `pid` is running on this host and started at `born`. `born: null` matches any start. */
  isAlive(pid: number, born: string | null): boolean;
}

/** Where notices and progress are printed. Results are returned, never printed. */
export interface Output {
  /** Whether `status` can rewrite its line: a terminal, and not in CI. */
  readonly interactive: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** Prints one line. */
  info(line: string): void;
  /** Prints one line that the user should read. */
  warn(line: string): void;
  /** Prints one line about something that failed. Default: `warn`. */
  error?(line: string): void;
  /** Replaces the status line; `null` removes it. */
  status(line: string | null): void;
}
