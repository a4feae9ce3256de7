import { existsSync } from 'node:fs';
import { AsktellError } from '@asktell/core';
import { sqliteCode } from './driver-errors.ts';
import { placeOf, shellArgument } from './place.ts';

/**
 * Explains why a file that exists cannot be read where it must not be written. SQLite reports that it is read-only, or
 * that it cannot be opened.
 * @param error a failed read
 * @returns the error `storage-readonly`, or `error` if there is another reason
 */
export function explainUnreadable(error: unknown, path: string): unknown {
  const cause = (error as { readonly cause?: unknown } | null)?.cause;
  const code = sqliteCode(cause) ?? '';
  if (!/^SQLITE_(READONLY|CANTOPEN)/.test(code)) return error;
  const hasLog = existsSync(`${path}-wal`);
  const hasJournal = !hasLog && existsSync(`${path}-journal`);
  if (code.startsWith('SQLITE_CANTOPEN') && !hasLog && !hasJournal) return error;
  const place = placeOf(path);
  const file = shellArgument(place);
  const copied = hasLog ? `${file} and ${shellArgument(placeOf(`${path}-wal`))}` : file;
  const message = hasJournal
    ? `${place} was not closed: its last transaction must be undone before it can be read, and that is impossible because the file or its folder must not be written. Make both writable, or copy ${file} and ${shellArgument(placeOf(`${path}-journal`))} to a folder that is.`
    : `${place} is in WAL mode and cannot be read, because SQLite must write into its folder to read such a file. Make the folder writable, or copy ${copied} to one that is. To read a copy without write access, switch WAL mode off before: sqlite3 ${file} "PRAGMA journal_mode = DELETE".`;
  return new AsktellError('storage-readonly', message, { cause });
}
