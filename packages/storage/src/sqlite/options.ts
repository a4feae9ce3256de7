import { resolve } from 'node:path';
import { AsktellError, type Checks, check, checkOptions, oneOfWords, show } from '@asktell/core';
import type { SqliteDriver } from './driver.ts';

export interface SqliteStorageOptions {
  /**
   * What a stored result survives: `process` the end of this process in any way, `kill -9` included; `power` a power
   * cut too, at the price of waiting for the disk at every ask and tell. A power cut never damages the file.
   * @default 'process'
   */
  readonly durability?: 'process' | 'power';
  /**
   * How dates in the file are meant: `utc` as Optuna 5 writes them, `local` as Optuna 3 and 4 do.
   * @default 'utc'
   */
  readonly datetimes?: 'utc' | 'local';
  /**
   * Whether the database is created when there is none.
   * @default true
   */
  readonly create?: boolean;
  /**
   * How long, in milliseconds, a call waits for a lock that another program does not give back, before it fails with
   * `storage-busy`.
   * @default 120_000
   */
  readonly lockTimeoutMs?: number;
}

/** @throws AsktellError `invalid-argument`, `storage-url` */
export function checkedSource(source: unknown): string | SqliteDriver {
  if (typeof source === 'object' && source !== null && 'prepare' in source && 'exec' in source && 'close' in source)
    return source as SqliteDriver;
  if (typeof source !== 'string' || source === '' || source.includes('\0') || source !== source.trimEnd()) {
    throw new AsktellError(
      'invalid-argument',
      `SqliteStorage needs the path of a file or an SQLite driver, not ${show(source)}.`,
    );
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source))
    throw new AsktellError(
      'storage-url',
      `SqliteStorage takes a path, not the URL ${show(source)}; give the part after "sqlite:///".`,
    );
  return source === ':memory:' ? source : resolve(source);
}

const checks: Checks<SqliteStorageOptions> = {
  durability: oneOfWords('process', 'power'),
  datetimes: oneOfWords('utc', 'local'),
  create: check.boolean,
  lockTimeoutMs: check.duration,
};

/** @throws AsktellError `invalid-argument` */
export function checkedOptions(options: SqliteStorageOptions): Required<SqliteStorageOptions> {
  checkOptions('SqliteStorage', options ?? null, checks);
  const { durability = 'process', datetimes = 'utc', create = true, lockTimeoutMs = 120_000 } = options;
  return { durability, datetimes, create, lockTimeoutMs };
}
