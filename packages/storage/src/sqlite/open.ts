import { AsktellError } from '@asktell/core';
import { BackgroundCheckpoints } from './background-checkpoints.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { DatabaseFile, identityOf } from './database-file.ts';
import { prepareRows, type SqliteDriver } from './driver.ts';
import { driverError } from './driver-errors.ts';
import { checkLibrary, rememberLibrary } from './files-in-use.ts';
import { libraryOf, type SqliteLibrary } from './library.ts';
import { openFile } from './open-file.ts';
import { placeOf, shellArgument } from './place.ts';
import { olderRevisions, revision, schemaVersion, tables, versionRows } from './schema.ts';
import { explainUnreadable } from './unreadable.ts';
import { hasWalResetBug, warnOfWalResetBug } from './wal-reset-bug.ts';

export interface OpenOptions {
  /** With `power`, stored results survive a power failure. With `process`, they survive any exit of the process. */
  readonly durability: 'process' | 'power';
  /** Whether to create a missing database. */
  readonly create: boolean;
  /** The library that opens a path, or `null` for the default. */
  readonly driver: SqliteLibrary | null;
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
  return typeof source === 'string' ? openPath(source, options) : openDriver(source, options);
}

function openPath(source: string, options: OpenOptions): Connection {
  const { driver, library } = openFile(source, options.create, options.driver);
  const path = source === ':memory:' ? null : source;
  try {
    return connect({ driver, place: placeOf(source), path, library: library.name }, options, (file) => ({
      checkpoints: new BackgroundCheckpoints(file, library),
      file: new DatabaseFile(file),
    }));
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** Opens a driver of the caller. The driver stays open if this fails. */
function openDriver(driver: SqliteDriver, options: OpenOptions): Connection {
  const place = placeOf(driver);
  const path = mainFile(driver, place);
  const library = libraryOf(driver);
  if (path !== null && library !== null) checkLibrary(identityOf(path), library, path);
  return connect({ driver, place, path, library }, options, () => ({ checkpoints: 'connection', file: null }));
}

interface OpenDriver {
  readonly driver: SqliteDriver;
  /** Names the database in error messages. */
  readonly place: string;
  /** Path of the file, or `null` for a database in memory. */
  readonly path: string | null;
  /** The library of the driver, or `null` if it is not known. */
  readonly library: SqliteLibrary | null;
}

/** Chooses who runs the checkpoints, and creates the schema if it is missing. */
function connect(
  { driver, place, path, library }: OpenDriver,
  options: OpenOptions,
  fileOptions: (path: string) => Pick<ConnectionOptions, 'checkpoints' | 'file'>,
): Connection {
  const version = versionOf(driver, place, path);
  const unsafe = path !== null && hasWalResetBug(version);
  if (unsafe) warnOfWalResetBug(version);
  const { checkpoints, file } = path === null ? inMemory : fileOptions(path);
  const identity = path === null ? null : identityOf(path);
  const onClose = identity === null || library === null ? () => undefined : rememberLibrary(identity, library);
  const connection = new Connection(driver, place, { checkpoints: unsafe ? 'automatic' : checkpoints, file, onClose });
  try {
    // Waiting for a lock inside SQLite would block the event loop. LockRetry waits asynchronously instead.
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec(`PRAGMA synchronous = ${options.durability === 'power' ? 'FULL' : 'NORMAL'}`);
    prepareSchema(connection, options.create);
    const pages = Math.ceil(checkpointBytes / Number(connection.pragma('page_size')));
    connection.exec(`PRAGMA wal_autocheckpoint = ${typeof checkpoints === 'object' && !unsafe ? 0 : pages}`);
    connection.exec(`PRAGMA journal_size_limit = ${keptLogBytes}`);
  } catch (error) {
    const explained = file === null || path === null || canRead(connection) ? error : explainUnreadable(error, path);
    onClose();
    throw explained;
  }
  return connection;
}

/** The version of the library. To prepare this first statement, SQLite reads the file. */
function versionOf(driver: SqliteDriver, place: string, path: string | null): string {
  try {
    return sqliteVersion(driver, place);
  } catch (error) {
    throw path === null ? error : explainUnreadable(error, path);
  }
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

const inMemory: Pick<ConnectionOptions, 'checkpoints' | 'file'> = { checkpoints: 'connection', file: null };

/**
 * Retries to switch WAL mode off after {@link Connection.close} could not. Workers that exit at the same time block each
 * other, so none of them may succeed at first.
 */
export async function exitWalMode(path: string, { driver: wanted }: OpenOptions): Promise<void> {
  for (const longest of [8, 32]) {
    await new Promise((done) => setTimeout(done, Math.random() * longest));
    try {
      const { driver } = openFile(path, false, wanted);
      const connection = new Connection(driver, placeOf(path), { ...inMemory, onClose: () => undefined });
      connection.exec('PRAGMA busy_timeout = 0');
      if (connection.close()) return;
    } catch {
      // Another process uses the file or has deleted it.
    }
  }
}

/** Path of the file of an open driver, or `null` for a database in memory. */
function mainFile(driver: SqliteDriver, place: string): string | null {
  try {
    const file = prepareRows(driver, 'PRAGMA database_list').first([])?.[2];
    return typeof file === 'string' && file !== '' ? file : null;
  } catch (error) {
    throw driverError(error, place);
  }
}

/** The version of the SQLite library of a driver. */
function sqliteVersion(driver: SqliteDriver, place: string): string {
  try {
    return String(prepareRows(driver, 'SELECT sqlite_version()').first([])?.[0]);
  } catch (error) {
    throw driverError(error, place);
  }
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
        `${connection.place} contains no study. Check the path. createStudy creates the tables in an empty file.`,
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
