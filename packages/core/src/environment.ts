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

/**
 * Work that can run in another thread: a pure function of data that can be cloned, such as typed arrays.
 *
 * The thread is started from source text and not from a URL, so that it exists in sources, in packages and in every
 * bundle, without a setting of the bundler.
 */
export interface ThreadModule<I, O> {
  /** Names the thread, and in a notice what runs in it. */
  readonly name: string;
  /** Does the work in this thread. */
  run(input: I): O;
  /** Source text of a script that declares `run` as a global variable. `null` if there is none. */
  script(): Promise<string | null>;
}

/**
 * Runs `module.run(input)` in another thread, or in this one if that is impossible. The result is the same.
 */
export type Offload = <I, O>(module: ThreadModule<I, O>, input: I) => Promise<O>;

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
  /** Prints one line for those who want to read everything. Default: `info`. */
  hint?(line: string): void;
  /** Replaces the status line; `null` removes it. */
  status(line: string | null): void;
}
