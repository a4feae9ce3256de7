import { resolve } from 'node:path';
import { AsktellError, type Checks, check, checkOptions, oneOfWords, show } from '@asktell/core';
import type { SqliteDriver } from './driver.ts';
import { libraryNames, type SqliteLibrary } from './library.ts';

/** Options of {@link SqliteStorage}. */
export interface SqliteStorageOptions {
  /**
   * With `process`, stored results survive any exit of the process, including `kill -9`. With `power`, they also survive
   * a power failure, and each ask and tell waits for the disk. A power failure never damages the file.
   * @default 'process'
   */
  readonly durability?: 'process' | 'power';
  /**
   * Time zone of the dates in the file: `utc` for Optuna 5, `local` for Optuna 3 and 4.
   * @default 'utc'
   */
  readonly datetimes?: 'utc' | 'local';
  /**
   * Whether to create a missing database.
   * @default true
   */
  readonly create?: boolean;
  /**
   * Maximum time in milliseconds that a call waits for the lock of another program before it fails with `storage-busy`.
   * @default 120_000
   */
  readonly lockTimeoutMs?: number;
  /**
   * The SQLite library that opens a path. By default, this is the library with which this process already has the file
   * open, or else the first one that can be loaded: better-sqlite3, `node:sqlite` (Node.js 22.13, Deno, Bun), `bun:sqlite`.
   * A process cannot open one file with two libraries.
   */
  readonly driver?: SqliteLibrary;
}

/**
 * Validates the source of a storage and resolves a path against the working directory.
 * @throws AsktellError `invalid-argument`, `storage-url`
 */
export function checkedSource(source: unknown): string | SqliteDriver {
  if (typeof source === 'object' && source !== null && 'prepare' in source && 'exec' in source && 'close' in source)
    return source as SqliteDriver;
  if (typeof source !== 'string' || source === '' || source.includes('\0') || source !== source.trimEnd()) {
    throw new AsktellError(
      'invalid-argument',
      `SqliteStorage: source must be a file path or an SQLite driver, not ${show(source)}. Pass a path such as "study.db".`,
    );
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source))
    throw new AsktellError(
      'storage-url',
      `SqliteStorage: source must be a path, not the URL ${show(source)}. Pass the part after "sqlite:///".`,
    );
  return source === ':memory:' ? source : resolve(source);
}

const checks: Checks<SqliteStorageOptions> = {
  durability: oneOfWords('process', 'power'),
  datetimes: oneOfWords('utc', 'local'),
  create: check.boolean,
  lockTimeoutMs: check.duration,
  driver: oneOfWords(...libraryNames),
};

/** The options of a storage with the defaults. */
export type CheckedOptions = Required<Omit<SqliteStorageOptions, 'driver'>> & { readonly driver: SqliteLibrary | null };

/**
 * Validates the options and fills in the defaults.
 * @throws AsktellError `invalid-argument`
 */
export function checkedOptions(source: string | SqliteDriver, options: SqliteStorageOptions): CheckedOptions {
  checkOptions('SqliteStorage', options ?? null, checks);
  const { durability = 'process', datetimes = 'utc', create = true, lockTimeoutMs = 120_000, driver = null } = options;
  if (driver !== null && typeof source === 'object')
    throw new AsktellError(
      'invalid-argument',
      `SqliteStorage: driver must be omitted with an open driver as the source, and not be ${show(driver)}. Pass a path to choose the library by name.`,
    );
  return { durability, datetimes, create, lockTimeoutMs, driver };
}
