import type { Output, ProcessIdentity } from '@asktell/core';
import type { SqliteStorage } from '@asktell/storage/sqlite';

/** The exports of `#platform`: `node.ts` in Node, `browser.ts` in browsers. */
export interface Platform {
  /** Identifies this process. Returns `null` in a browser. */
  readonly processIdentity: () => ProcessIdentity | null;
  /** Creates the output for messages. */
  readonly createOutput: () => Output;
  /** The SQLite storage. In browsers, the constructor throws. */
  readonly SqliteStorage: typeof SqliteStorage;
}
