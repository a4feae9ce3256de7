import { AsktellError, type Output, type ProcessIdentity, show } from '@asktell/core';
import type { SqliteStorage as NodeSqliteStorage } from '@asktell/storage/sqlite';
import { startThread } from './browser-threads.ts';
import type { Platform } from './platform.ts';

export { startThread };

/** Returns `null`. A page has no process id, so the ownership of its trials depends on leases only. */
export function processIdentity(): ProcessIdentity | null {
  return null;
}

/** A page is closed without notice. */
export const onInterrupt: undefined = undefined;

/** Prints to the browser's console. A console has no status line. */
export function createOutput(): Output {
  return {
    interactive: false,
    columns: 80,
    info: (line) => console.info(line),
    warn: (line) => console.warn(line),
    status: () => undefined,
  };
}

/** The instance type of the class for Node. */
export type SqliteStorage = NodeSqliteStorage;

/**
 * A replacement for the class for Node. The constructor always throws.
 * @throws AsktellError `missing-dependency`
 */
export const SqliteStorage: typeof NodeSqliteStorage = class {
  constructor(source: unknown) {
    const message = `SqliteStorage(${show(source)}) needs Node.js, because a browser has no files. Omit storage to keep the study in memory, or pass your own storage.`;
    throw new AsktellError('missing-dependency', message);
  }
} as unknown as typeof NodeSqliteStorage;

({ processIdentity, onInterrupt, createOutput, SqliteStorage, startThread }) satisfies Platform;
