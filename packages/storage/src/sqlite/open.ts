import { existsSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { AsktellError, show } from '@asktell/core';
import { BackgroundCheckpoints } from './background-checkpoints.ts';
import { Connection } from './connection.ts';
import { DatabaseFile } from './database-file.ts';
import type { SqliteDriver } from './driver.ts';
import { driverError, notDatabase, sqliteCode } from './driver-errors.ts';
import { olderRevisions, revision, schemaVersion, tables, versionRows } from './schema.ts';

export interface OpenOptions {
  /** `power`: what was stored survives a power cut too; otherwise it survives any end of the process. */
  readonly durability: 'process' | 'power';
  /** Whether a database may be created where there is none. */
  readonly create: boolean;
}

/**
 * Bytes of the write-ahead log from which SQLite makes checkpoints itself, inside a commit: far above those that a
 * connection makes by counting what it writes. Never where a thread makes them.
 */
const checkpointBytes = 50_000_000;

/** Bytes to which a log shrinks that a reader has let grow, when it begins anew. */
const keptLogBytes = 20_000_000;

/** Smaller than SQLite's default: a trial changes few bytes on each of ten pages, and whole pages are written. */
const pageSize = 1024;

/**
 * Opens a database and makes sure that it is one of Optuna's, or creates it. Files of others are left untouched.
 * @throws AsktellError `missing-dependency`, `storage-open`, `storage-foreign`, `storage-version`, `storage-readonly`, …
 */
export function openConnection(source: string | SqliteDriver, options: OpenOptions): Connection {
  const driver = typeof source === 'string' ? openFile(source, options.create) : source;
  const path = typeof source === 'string' && source !== ':memory:' ? source : null;
  const background = path === null ? null : backgroundCheckpoints(path);
  const file = path === null ? null : new DatabaseFile(path);
  const place = typeof source === 'string' ? show(source) : 'The database';
  const connection = new Connection(driver, place, background, file);
  try {
    // Waiting inside SQLite would block the whole process; waiting is done outside.
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec(`PRAGMA synchronous = ${options.durability === 'power' ? 'FULL' : 'NORMAL'}`);
    prepareSchema(connection, options.create);
    const pages = Math.ceil(checkpointBytes / Number(connection.pragma('page_size')));
    connection.exec(`PRAGMA wal_autocheckpoint = ${background === null ? pages : 0}`);
    connection.exec(`PRAGMA journal_size_limit = ${keptLogBytes}`);
  } catch (error) {
    if (typeof source === 'string') driver.close();
    throw error;
  }
  return connection;
}

type DatabaseClass = new (
  path: string,
  options: { readonly timeout: number; readonly fileMustExist: boolean },
) => SqliteDriver;

function openFile(path: string, create: boolean): SqliteDriver {
  checkPlace(path, create);
  const Database = loadDriver();
  try {
    return new Database(path, { timeout: 0, fileMustExist: !create });
  } catch (error) {
    if (sqliteCode(error) !== undefined) throw driverError(error, show(path));
    // The driver's own word for a folder that vanished since it was looked at.
    if (error instanceof TypeError)
      throw new AsktellError('storage-open', `${show(path)}: ${error.message}`, { cause: error });
    throw missing(
      'better-sqlite3 is installed but its binary does not load; run "npm rebuild better-sqlite3" with the Node.js that you use.',
      error,
    );
  }
}

/**
 * Tries again to leave a plain file behind after {@link Connection.close} could not: workers that end together stand in
 * each other's way, and then the last of them does not know that it was the last.
 */
export async function leavePlainFile(path: string): Promise<void> {
  for (const longest of [8, 32]) {
    await new Promise((done) => setTimeout(done, Math.random() * longest));
    try {
      const connection = new Connection(openFile(path, false), show(path));
      connection.exec('PRAGMA busy_timeout = 0');
      if (connection.close()) return;
    } catch {
      // Somebody else uses the file, or has removed it: nothing to tidy.
    }
  }
}

/** Bytes of the smallest page that SQLite knows. */
const smallestDatabase = 512;

/** Says what is wrong with a path; SQLite only says that it cannot open it. */
function checkPlace(path: string, create: boolean): void {
  if (path === ':memory:') return;
  const stats = statusOf(path);
  const problem =
    stats?.isDirectory() === true
      ? 'is a folder; name a file in it.'
      : stats === undefined && !existsSync(dirname(path))
        ? 'cannot be created, as its folder does not exist; create the folder first.'
        : stats === undefined && !create
          ? 'does not exist; check the path, or allow it to be created.'
          : null;
  if (problem !== null) throw new AsktellError('storage-open', `${show(path)} ${problem}`);
  // SQLite would take a file of one byte for an empty one. Only the size is looked at: opening and closing a file that
  // this process has open as a database elsewhere would drop its locks.
  if (stats !== undefined && stats.size > 0 && stats.size < smallestDatabase) throw notDatabase(show(path));
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new AsktellError('storage-open', `${show(path)} cannot be looked at (${(error as Error).message}).`, {
      cause: error,
    });
  }
}

const driverName = 'better-sqlite3';

function loadDriver(): DatabaseClass {
  try {
    return requireHere()(driverName) as DatabaseClass;
  } catch (error) {
    throw missing(
      'SQLite storage needs the package better-sqlite3; run "npm install better-sqlite3", or pass a driver such as node:sqlite.',
      error,
    );
  }
}

/** A file's checkpoints are made with the driver that was loaded for it. */
function backgroundCheckpoints(path: string): BackgroundCheckpoints {
  return new BackgroundCheckpoints(path, requireHere().resolve(driverName));
}

/** Bundlers that turn this into CommonJS leave `import.meta` empty. */
function requireHere(): NodeJS.Require {
  return createRequire((import.meta as { readonly url?: string }).url ?? __filename);
}

function missing(message: string, cause: unknown): AsktellError {
  return new AsktellError('missing-dependency', message, { cause });
}

/** What a database needs before it is one of Optuna's. */
interface Lack {
  readonly tables: readonly string[];
  readonly versionRows: boolean;
}

/** Creates what is missing of the schema, after a look that changes nothing. */
function prepareSchema(connection: Connection, create: boolean): void {
  const lack = inspect(connection);
  if (lack.tables.length === 0 && !lack.versionRows) return;
  if (lack.tables.length === Object.keys(tables).length) {
    if (!create)
      throw new AsktellError(
        'storage-open',
        `${connection.place} is empty and may not be filled; check the path, or allow it to be created.`,
      );
    // Without effect unless the file is empty.
    connection.exec(`PRAGMA page_size = ${pageSize}`);
  }
  connection.write(() => {
    // Looked at again with the lock: another process may have been faster.
    for (const table of inspect(connection).tables)
      for (const sql of tables[table] as readonly string[]) connection.exec(sql);
    for (const sql of versionRows) connection.exec(sql);
  });
}

/** Throws unless the database is empty or one of Optuna's, of the right revision. */
function inspect(connection: Connection): Lack {
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
      `${connection.place} holds other tables (${[...present].slice(0, 5).join(', ')}) and no studies; it was left as it is. Choose another file.`,
    );
  }
  const revisions = hasRevision
    ? connection.all('SELECT version_num FROM alembic_version').map(([found]) => String(found))
    : [];
  const info = hasInfo ? connection.first('SELECT schema_version FROM version_info') : undefined;
  // Without a revision Optuna goes by its own number of the schema, which it writes where it is missing.
  if (revisions.length === 0 && info !== undefined && info[0] !== schemaVersion)
    throw wrongRevision(connection.place, 'none');
  if (revisions.some((found) => found !== revision)) throw wrongRevision(connection.place, revisions.join(', '));
  return { tables: absent, versionRows: revisions.length === 0 || info === undefined };
}

function wrongRevision(place: string, found: string): AsktellError {
  const cure =
    found === 'none' || olderRevisions.includes(found)
      ? 'upgrade it with "optuna storage upgrade --storage URL"'
      : 'it was written by a newer release; install the newest Asktell';
  return new AsktellError('storage-version', `${place} has the schema revision ${found}, not ${revision}: ${cure}.`);
}
