import type { Output, ProcessIdentity, StudyEnvironment } from '@asktell/core';
import type { SqliteStorage } from '@asktell/storage/sqlite';
import type { StartThread } from './threads.ts';

/** The exports of `#platform`: `node.ts` in Node, `browser.ts` in browsers. */
export interface Platform {
  /** Identifies this process. Returns `null` in a browser. */
  readonly processIdentity: () => ProcessIdentity | null;
  /** See `StudyEnvironment`. `undefined` in a browser. */
  readonly onInterrupt: StudyEnvironment['onInterrupt'] | undefined;
  /** Creates the output for messages. */
  readonly createOutput: () => Output;
  /** Starts a thread for work that would block the event loop. */
  readonly startThread: StartThread;
  /** The SQLite storage. In browsers, the constructor throws. */
  readonly SqliteStorage: typeof SqliteStorage;
}
