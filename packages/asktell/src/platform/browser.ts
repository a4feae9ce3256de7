import { AsktellError, type Output, type ProcessIdentity, show } from '@asktell/core';
import type { SqliteStorage as NodeSqliteStorage } from '@asktell/storage/sqlite';
import type { Platform } from './platform.ts';

/** A page is no process: its trials are watched by their leases alone. */
export function processIdentity(): ProcessIdentity | null {
  return null;
}

/** The browser's console, which has no status line. */
export function createOutput(): Output {
  return {
    interactive: false,
    columns: 80,
    info: (line) => console.info(line),
    warn: (line) => console.warn(line),
    status: () => undefined,
  };
}

export type SqliteStorage = NodeSqliteStorage;

/**
 * Stands in for the class that Node has.
 * @throws AsktellError `missing-dependency`
 */
export const SqliteStorage: typeof NodeSqliteStorage = class {
  constructor(source: unknown) {
    const message = `SqliteStorage(${show(source)}) needs Node.js: a browser has no files. Leave storage out to keep the study in memory, or pass a storage of your own.`;
    throw new AsktellError('missing-dependency', message);
  }
} as unknown as typeof NodeSqliteStorage;

({ processIdentity, createOutput, SqliteStorage }) satisfies Platform;
