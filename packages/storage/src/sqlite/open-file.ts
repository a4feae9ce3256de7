import { existsSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AsktellError } from '@asktell/core';
import { identityOf } from './database-file.ts';
import type { SqliteDriver } from './driver.ts';
import { driverError, notDatabase, sqliteCode } from './driver-errors.ts';
import { checkLibrary, libraryInUse } from './files-in-use.ts';
import { type LoadedLibrary, loadLibrary, type SqliteLibrary } from './library.ts';
import { placeOf } from './place.ts';

/**
 * Opens a file, or `:memory:`.
 * @param wanted the library; with `null`, the one with which this process has the file open, or else the default
 * @throws AsktellError `missing-dependency`, `storage-open`, `storage-foreign`, `storage-readonly`, …
 */
export function openFile(
  path: string,
  create: boolean,
  wanted: SqliteLibrary | null,
): { readonly driver: SqliteDriver; readonly library: LoadedLibrary } {
  checkPath(path, create);
  const identity = path === ':memory:' ? null : identityOf(path);
  const library = loadLibrary(wanted ?? libraryInUse(identity));
  checkLibrary(identity, library.name, path);
  try {
    return { driver: library.open(path, create), library };
  } catch (error) {
    if (sqliteCode(error) !== undefined) throw driverError(error, placeOf(path));
    // better-sqlite3 throws a TypeError when the folder was deleted after the check, Deno an error about permissions.
    throw new AsktellError(
      'storage-open',
      `${placeOf(path)}: ${(error as Error).message}. Check that its folder exists and that this program may use it.`,
      { cause: error },
    );
  }
}

/** SQLite's minimum page size in bytes. */
const smallestDatabase = 512;

/** Reports what is wrong with a path. SQLite itself only reports that it cannot open the file. */
function checkPath(path: string, create: boolean): void {
  if (path === ':memory:') return;
  const stats = statOf(path);
  const problem =
    stats?.isDirectory() === true
      ? 'is a folder. Pass the path of a file in it.'
      : stats === undefined && !existsSync(dirname(path))
        ? 'cannot be created because its folder does not exist. Create the folder first.'
        : stats === undefined && !create
          ? 'does not exist. Check the path. createStudy creates the file.'
          : null;
  if (problem !== null) throw new AsktellError('storage-open', `${placeOf(path)} ${problem}`);
  // SQLite treats a file of one byte as empty. Only the size is checked, because opening and closing the file would
  // release the locks of other connections in this process.
  if (stats !== undefined && stats.size > 0 && stats.size < smallestDatabase) throw notDatabase(placeOf(path));
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new AsktellError(
      'storage-open',
      `${placeOf(path)} cannot be accessed (${(error as Error).message}). Check the path and its permissions.`,
      { cause: error },
    );
  }
}
