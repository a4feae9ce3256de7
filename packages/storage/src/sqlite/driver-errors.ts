import { AsktellError, isAsktellError } from '@asktell/core';

/** Primary result codes of SQLite that mean something to us; node:sqlite gives numbers instead of names. */
const names: { readonly [code: number]: string } = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  26: 'SQLITE_NOTADB',
};

/** The result code of an error thrown by better-sqlite3, node:sqlite or bun:sqlite, such as `SQLITE_BUSY_SNAPSHOT`. */
export function sqliteCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number') return names[errcode & 0xff] ?? `SQLITE_${errcode}`;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

// A set rather than a look at the code: a callback of the caller may throw `storage-busy` of another storage.
const locked = new WeakSet<object>();

/** Whether `error` says that another connection holds a lock of this database, so that the same call may do later. */
export function isLocked(error: unknown): boolean {
  return typeof error === 'object' && error !== null && locked.has(error);
}

/** Turns what a driver threw into a typed error, the original as `cause`. Typed errors pass. */
export function driverError(error: unknown, place: string): AsktellError {
  if (isAsktellError(error)) return error;
  const code = sqliteCode(error) ?? '';
  const cause = { cause: error };
  const message = error instanceof Error ? error.message : String(error);
  // PROTOCOL: many connections opened one WAL file in the same moment.
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) {
    const busy = new AsktellError('storage-busy', `${place} is locked by another process.`, cause);
    locked.add(busy);
    return busy;
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new AsktellError(
      'storage-readonly',
      `${place} can be read but not written (${message}); check the permissions of the file and its folder.`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_FULL'))
    return new AsktellError(
      'storage-full',
      `The disk that holds ${place} is full; free some space and go on, nothing was lost.`,
      cause,
    );
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AsktellError(
      'storage-corrupt',
      `${place} is damaged (${message}); restore a copy, or save what can be read with "sqlite3 FILE .recover".`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new AsktellError(
      'storage-error',
      `${place} cannot be read or written at the moment (${message}); check the disk, quotas and limits of file sizes. What was stored is kept.`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_NOTADB')) return notDatabase(place, cause);
  if (code.startsWith('SQLITE_CANTOPEN'))
    return new AsktellError(
      'storage-open',
      `${place} cannot be opened (${message}); check that its folder exists, and that both may be read and written.`,
      cause,
    );
  return new AsktellError('storage-error', `${place}: ${message}`, cause);
}

export function notDatabase(place: string, cause: { readonly cause?: unknown } = {}): AsktellError {
  return new AsktellError(
    'storage-foreign',
    `${place} is no SQLite database; it was left as it is. Choose another file.`,
    cause,
  );
}
