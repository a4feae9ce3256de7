import { existsSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { AsktellError } from '@asktell/core';
import { BackgroundCheckpoints } from './background-checkpoints.ts';
import { Connection } from './connection.ts';
import { DatabaseFile } from './database-file.ts';
import type { SqliteDriver } from './driver.ts';
import { driverError, notDatabase, sqliteCode } from './driver-errors.ts';
import { placeOf, shellArgument } from './place.ts';
import { olderRevisions, revision, schemaVersion, tables, versionRows } from './schema.ts';
import { explainUnreadable } from './unreadable.ts';

export interface OpenOptions {
  /** With `power`, stored results survive a power failure. With `process`, they survive any exit of the process. */
  readonly durability: 'process' | 'power';
  /** Whether to create a missing database. */
  readonly create: boolean;
}

/**
 * Size of the write-ahead log in bytes at which SQLite runs a checkpoint itself, inside a commit. A connection normally
 * runs its own checkpoints long before. With a checkpoint thread, the automatic ones are off.
 */
const checkpointBytes = 50_000_000;

/** Size in bytes to which SQLite truncates an oversized log when the log restarts. */
const keptLogBytes = 20_000_000;

/** Below SQLite's default of 4096: a trial changes a few bytes on each of ten pages, and SQLite writes whole pages. */
const pageSize = 1024;

/**
 * Opens or creates a database with Optuna's schema. Files with another schema are not changed.
 * @throws AsktellError `missing-dependency`, `storage-open`, `storage-foreign`, `storage-version`, `storage-readonly`, …
 */
export function openConnection(source: string | SqliteDriver, options: OpenOptions): Connection {
  const driver = typeof source === 'string' ? openFile(source, options.create) : source;
  const path = typeof source === 'string' && source !== ':memory:' ? source : null;
  const background = path === null ? null : backgroundCheckpoints(path);
  const file = path === null ? null : new DatabaseFile(path);
  const place = placeOf(source);
  const connection = new Connection(driver, place, background, file);
  try {
    // Waiting for a lock inside SQLite would block the event loop. LockRetry waits asynchronously instead.
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec(`PRAGMA synchronous = ${options.durability === 'power' ? 'FULL' : 'NORMAL'}`);
    prepareSchema(connection, options.create);
    const pages = Math.ceil(checkpointBytes / Number(connection.pragma('page_size')));
    connection.exec(`PRAGMA wal_autocheckpoint = ${background === null ? pages : 0}`);
    connection.exec(`PRAGMA journal_size_limit = ${keptLogBytes}`);
  } catch (error) {
    const explained = path === null || canRead(connection) ? error : explainUnreadable(error, path);
    if (typeof source === 'string') driver.close();
    throw explained;
  }
  return connection;
}

/** Whether the database can be read. If so, what failed was a write. */
function canRead(connection: Connection): boolean {
  try {
    connection.first('SELECT 1 FROM sqlite_master');
    return true;
  } catch {
    return false;
  }
}

type DatabaseClass = new (
  path: string,
  options: { readonly timeout: number; readonly fileMustExist: boolean },
) => SqliteDriver;

function openFile(path: string, create: boolean): SqliteDriver {
  checkPath(path, create);
  const Database = loadDriver();
  try {
    return new Database(path, { timeout: 0, fileMustExist: !create });
  } catch (error) {
    if (sqliteCode(error) !== undefined) throw driverError(error, placeOf(path));
    // The driver throws a TypeError when the folder was deleted after the check.
    if (error instanceof TypeError)
      throw new AsktellError('storage-open', `${placeOf(path)}: ${error.message}. Check that its folder exists.`, {
        cause: error,
      });
    throw missing(
      'better-sqlite3 is installed, but its binary cannot be loaded. Run "npm rebuild better-sqlite3" with this version of Node.js.',
      error,
    );
  }
}

/**
 * Retries to switch WAL mode off after {@link Connection.close} could not. Workers that exit at the same time block each
 * other, so none of them may succeed at first.
 */
export async function exitWalMode(path: string): Promise<void> {
  for (const longest of [8, 32]) {
    await new Promise((done) => setTimeout(done, Math.random() * longest));
    try {
      const connection = new Connection(openFile(path, false), placeOf(path));
      connection.exec('PRAGMA busy_timeout = 0');
      if (connection.close()) return;
    } catch {
      // Another process uses the file or has deleted it.
    }
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
          ? 'does not exist. Check the path, or set create: true.'
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

const driverName = 'better-sqlite3';

function loadDriver(): DatabaseClass {
  try {
    return requireHere()(driverName) as DatabaseClass;
  } catch (error) {
    throw missing(
      'SqliteStorage needs the package better-sqlite3. Run "npm install better-sqlite3", or pass a driver such as node:sqlite.',
      error,
    );
  }
}

/** Uses the module that {@link loadDriver} loads. */
function backgroundCheckpoints(path: string): BackgroundCheckpoints {
  return new BackgroundCheckpoints(path, requireHere().resolve(driverName));
}

/** In CommonJS bundles, `import.meta` is empty and `__filename` is defined. */
function requireHere(): NodeJS.Require {
  return createRequire((import.meta as { readonly url?: string }).url ?? __filename);
}

function missing(message: string, cause: unknown): AsktellError {
  return new AsktellError('missing-dependency', message, { cause });
}

/** The parts of Optuna's schema that a database lacks. */
interface MissingParts {
  readonly tables: readonly string[];
  readonly versionRows: boolean;
}

/** Creates the missing parts of the schema, after an inspection that changes nothing. */
function prepareSchema(connection: Connection, create: boolean): void {
  const missingParts = inspect(connection);
  if (missingParts.tables.length === 0 && !missingParts.versionRows) return;
  if (missingParts.tables.length === Object.keys(tables).length) {
    if (!create)
      throw new AsktellError(
        'storage-open',
        `${connection.place} is empty and create is false. Check the path, or set create: true.`,
      );
    // The page size of a file that is not empty does not change.
    connection.exec(`PRAGMA page_size = ${pageSize}`);
  }
  connection.write(() => {
    // Another process may have created tables before this one got the lock.
    for (const table of inspect(connection).tables)
      for (const sql of tables[table] as readonly string[]) connection.exec(sql);
    for (const sql of versionRows) connection.exec(sql);
  });
}

/**
 * Finds the missing parts of the schema.
 * @throws AsktellError `storage-foreign`, `storage-version`
 */
function inspect(connection: Connection): MissingParts {
  const present = new Set(
    connection.all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").map(([name]) => name),
  );
  const absent = Object.keys(tables).filter((table) => !present.has(table));
  if (present.size === 0) return { tables: absent, versionRows: true };
  const hasRevision = present.has('alembic_version');
  const hasInfo = present.has('version_info');
  if (!present.has('studies') || !present.has('trials') || !(hasRevision || hasInfo)) {
    throw new AsktellError(
      'storage-foreign',
      `${connection.place} contains other tables (${[...present].slice(0, 5).join(', ')}) and no studies. Choose another file; this one was not changed.`,
    );
  }
  const revisions = hasRevision
    ? connection.all('SELECT version_num FROM alembic_version').map(([found]) => String(found))
    : [];
  const info = hasInfo ? connection.first('SELECT schema_version FROM version_info') : undefined;
  // Without a revision, Optuna checks the schema version instead, and inserts it when it is missing.
  if (revisions.length === 0 && info !== undefined && info[0] !== schemaVersion)
    throw wrongRevision(connection.place, 'none');
  if (revisions.some((found) => found !== revision)) throw wrongRevision(connection.place, revisions.join(', '));
  return { tables: absent, versionRows: revisions.length === 0 || info === undefined };
}

function wrongRevision(place: string, found: string): AsktellError {
  const cure =
    found === 'none' || olderRevisions.includes(found)
      ? `Upgrade it with the newest Optuna: optuna storage upgrade --storage ${shellArgument(place, 'sqlite:///')}`
      : 'A newer release wrote it. Install the newest Asktell: npm install asktell@latest';
  return new AsktellError(
    'storage-version',
    `${place} must have the schema revision ${revision}, not ${found}. ${cure}`,
  );
}
