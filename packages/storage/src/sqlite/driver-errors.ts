import { AsktellError, isAsktellError } from '@asktell/core';
import { shellArgument } from './place.ts';

/** SQLite's primary result codes by number. node:sqlite reports numbers instead of names. */
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

/** SQLite's messages by result code. Deno's node:sqlite reports no number when it opens a file or in `exec`. */
const messages: readonly (readonly [RegExp, string])[] = [
  [/^database is locked/, 'SQLITE_BUSY'],
  [/^database table is locked/, 'SQLITE_LOCKED'],
  [/^attempt to write a readonly database/, 'SQLITE_READONLY'],
  [/^disk I\/O error/, 'SQLITE_IOERR'],
  [/^database disk image is malformed/, 'SQLITE_CORRUPT'],
  [/^database or disk is full/, 'SQLITE_FULL'],
  [/^unable to open database file/, 'SQLITE_CANTOPEN'],
  [/^locking protocol/, 'SQLITE_PROTOCOL'],
  [/^file is not a database/, 'SQLITE_NOTADB'],
];

/** The result code of an error thrown by better-sqlite3, node:sqlite or bun:sqlite, such as `SQLITE_BUSY_SNAPSHOT`. */
export function sqliteCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errcode, message } = error as {
    readonly code?: unknown;
    readonly errcode?: unknown;
    readonly message?: unknown;
  };
  if (typeof errcode === 'number') return names[errcode & 0xff] ?? `SQLITE_${errcode}`;
  if (code === 'ERR_SQLITE_ERROR')
    return messages.find(([pattern]) => pattern.test(String(message)))?.[1] ?? 'SQLITE_ERROR';
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

// The code alone is not sufficient: a callback of the caller may throw the `storage-busy` of another storage.
const locked = new WeakSet<object>();

/** Whether `error` means that another connection holds a lock of this database, so that a retry can succeed. */
export function isLocked(error: unknown): boolean {
  return typeof error === 'object' && error !== null && locked.has(error);
}

/** Converts an error of a driver into a typed error, with the original as `cause`. Typed errors are returned as is. */
export function driverError(error: unknown, place: string): AsktellError {
  if (isAsktellError(error)) return error;
  const code = sqliteCode(error) ?? '';
  const cause = { cause: error };
  const message = error instanceof Error ? error.message : String(error);
  // SQLITE_PROTOCOL: many connections opened the same WAL file at the same moment.
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) {
    const busy = new AsktellError('storage-busy', `${place} is locked by another process.`, cause);
    locked.add(busy);
    return busy;
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new AsktellError(
      'storage-readonly',
      `${place} is read-only (${message}). Check the permissions of the file and its folder.`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_FULL'))
    return new AsktellError(
      'storage-full',
      `The disk of ${place} is full. Free some space and continue; no stored result is lost.`,
      cause,
    );
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AsktellError(
      'storage-corrupt',
      `${place} is damaged (${message}). Restore a backup, or recover the readable part: sqlite3 ${shellArgument(place)} .recover`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new AsktellError(
      'storage-error',
      `${place} cannot be read or written now (${message}). Check the disk, quotas and file size limits. No stored result is lost.`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_NOTADB')) return notDatabase(place, cause);
  if (code.startsWith('SQLITE_CANTOPEN'))
    return new AsktellError(
      'storage-open',
      `${place} cannot be opened (${message}). Check that its folder exists and that both are readable and writable.`,
      cause,
    );
  return new AsktellError('storage-error', `${place}: ${message}`, cause);
}

/** The error `storage-foreign` of a file that is not an SQLite database. */
export function notDatabase(place: string, cause: { readonly cause?: unknown } = {}): AsktellError {
  return new AsktellError(
    'storage-foreign',
    `${place} is not an SQLite database. Choose another file; this one was not changed.`,
    cause,
  );
}
