import type { Output, ProcessIdentity } from '@asktell/core';
import type { SqliteStorage } from '@asktell/storage/sqlite';

/** What `#platform` exports, in Node (`node.ts`) and in browsers (`browser.ts`). */
export interface Platform {
  /** Who this process is; `null` where there are no processes. */
  readonly processIdentity: () => ProcessIdentity | null;
  /** Where remarks go. */
  readonly createOutput: () => Output;
  /** Studies in a file; in browsers its constructor throws. */
  readonly SqliteStorage: typeof SqliteStorage;
}
