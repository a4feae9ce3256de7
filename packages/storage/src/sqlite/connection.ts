import { AsktellError, type Awaitable } from '@asktell/core';
import type { BackgroundCheckpoints } from './background-checkpoints.ts';
import type { DatabaseFile } from './database-file.ts';
import { prepareRows, type Row, type RowStatement, type SqliteDriver, type SqliteValue } from './driver.ts';
import { driverError, isLocked } from './driver-errors.ts';

/**
 * Number of write statements between two checkpoints of a connection, about 10 MB of log. Checkpoints are rare because
 * each one waits for the disk. A long text counts as several statements.
 */
export const writesPerCheckpoint = 7000;

/** Number of characters of text that count as one statement. */
const textPerWrite = 2000;

/** What a connection needs to know about its file. */
export interface ConnectionOptions {
  /**
   * Who runs the checkpoints: a thread, the connection itself, or only SQLite when the log has reached the size that was
   * set with `wal_autocheckpoint`.
   */
  readonly checkpoints: BackgroundCheckpoints | 'connection' | 'automatic';
  /** The database file, or `null` when it is not known. */
  readonly file: DatabaseFile | null;
  /** Called when the connection has been closed. */
  readonly onClose: () => void;
}

/**
 * A driver with a cache of prepared statements and with transactions. All methods are synchronous. If another connection
 * holds a lock, they throw `storage-busy`. Other errors of the driver are converted to typed errors.
 */
export class Connection {
  /** Names the database in error messages. */
  readonly place: string;
  readonly #driver: SqliteDriver;
  readonly #statements = new Map<string, RowStatement>();
  #inTransaction = false;
  /** Whether the last rollback failed, so that a transaction may still be open. */
  #rollbackFailed = false;
  #journalChosen = false;
  #wal = false;
  #writesLeft = writesPerCheckpoint;
  readonly #background: BackgroundCheckpoints | null;
  readonly #automatic: boolean;
  readonly #file: DatabaseFile | null;
  readonly #onClose: () => void;

  constructor(driver: SqliteDriver, place: string, { checkpoints, file, onClose }: ConnectionOptions) {
    this.#driver = driver;
    this.place = place;
    this.#background = typeof checkpoints === 'object' ? checkpoints : null;
    this.#automatic = checkpoints === 'automatic';
    this.#file = file;
    this.#onClose = onClose;
  }

  /** Executes a write statement and returns the number of changed rows. */
  run(sql: string, ...params: SqliteValue[]): number {
    this.#count(params);
    try {
      return Number(this.#prepared(sql).run(params).changes);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** Executes an INSERT and returns the row id. */
  insert(sql: string, ...params: SqliteValue[]): number {
    this.#count(params);
    try {
      return Number(this.#prepared(sql).run(params).lastInsertRowid);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** The first row of a query, or `undefined`. */
  first(sql: string, ...params: SqliteValue[]): Row | undefined {
    try {
      return this.#prepared(sql).first(params);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** All rows of a query. */
  all(sql: string, ...params: SqliteValue[]): readonly Row[] {
    try {
      return this.#prepared(sql).all(params);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** Executes a statement without caching it: schema changes and pragmas. */
  exec(sql: string): void {
    try {
      this.#driver.exec(sql);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** Executes an uncached pragma and returns the first column of its row. */
  pragma(text: string): unknown {
    try {
      const statement = prepareRows(this.#driver, `PRAGMA ${text}`);
      try {
        return statement.first([])?.[0];
      } finally {
        statement.release();
      }
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** A number that changes when another connection commits, and not when this one does. */
  dataVersion(): number {
    return Number(this.first('PRAGMA data_version')?.[0]);
  }

  /** Runs `work` in a read transaction, on one snapshot of the database. */
  read<T>(work: () => T): T {
    return this.#transaction('BEGIN', work);
  }

  /** Runs `work` in a write transaction. It commits when this method returns and rolls back when it throws. */
  write<T>(work: () => T): T {
    this.#file?.check();
    this.#chooseJournal();
    // In WAL mode, EXCLUSIVE is the same as IMMEDIATE. Without WAL, it prevents readers from blocking the commit after
    // the callbacks of the transaction have run.
    const result = this.#transaction('BEGIN EXCLUSIVE', work);
    if (this.#writesLeft <= 0) this.#checkpoint();
    return result;
  }

  /** Waits for the end of background checkpoints. Call it before {@link close}. */
  settle(): Awaitable<void> {
    return this.#background?.stop();
  }

  /**
   * Closes the connection and switches WAL mode off, so that a single file remains. In WAL mode, a copy of the main file
   * lacks pages, and programs that load it into memory reject it. Returns false if WAL mode is still on because another
   * connection is open.
   */
  close(): boolean {
    let singleFile = false;
    this.#background?.stopNow();
    try {
      if (this.#rollbackFailed) this.#rollback();
      const mode = this.pragma('journal_mode');
      singleFile = mode !== 'wal' || this.pragma('journal_mode = DELETE') === 'delete';
    } catch {
      singleFile = false;
    }
    try {
      for (const statement of this.#statements.values()) statement.release();
      this.#driver.close();
    } catch (error) {
      throw driverError(error, this.place);
    }
    this.#onClose();
    return singleFile;
  }

  #prepared(sql: string): RowStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = prepareRows(this.#driver, sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Switches WAL mode on at the first write, so that reading a file does not change it. */
  #chooseJournal(): void {
    if (this.#journalChosen) return;
    // The pragma returns the resulting mode. File systems without shared memory do not support WAL.
    this.#wal = this.pragma('journal_mode = WAL') === 'wal';
    this.#journalChosen = true;
  }

  /**
   * Moves the log into the database. SQLite's automatic checkpoints let other connections write meanwhile. The log then
   * cannot restart, and every later commit repeats the checkpoint and waits for the disk. A full checkpoint blocks other
   * writers instead. Writers of this package wait asynchronously.
   */
  #checkpoint(): void {
    this.#writesLeft = writesPerCheckpoint;
    if (!this.#wal || this.#automatic || this.#background?.request() === true) return;
    try {
      // If another connection is active, the checkpoint copies as much of the log as it can.
      this.first('PRAGMA wal_checkpoint(FULL)');
    } catch {
      // Committed data stays valid in the log. The next write reports a full disk.
    }
  }

  #count(params: readonly SqliteValue[]): void {
    this.#writesLeft--;
    for (const param of params)
      if (typeof param === 'string' && param.length > textPerWrite) this.#writesLeft -= param.length / textPerWrite;
  }

  #transaction<T>(begin: string, work: () => T): T {
    if (this.#inTransaction)
      throw new AsktellError(
        'storage-error',
        `${this.place}: plan and fill of an ask must not call the storage. Call it before or after the ask.`,
      );
    if (this.#rollbackFailed) this.#rollback();
    try {
      this.run(begin);
    } catch (error) {
      if (!isLocked(error)) this.#rollback();
      throw error;
    }
    this.#inTransaction = true;
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  #rollback(): void {
    this.#rollbackFailed = true;
    try {
      this.#prepared('ROLLBACK').run([]);
      this.#rollbackFailed = false;
    } catch (error) {
      // SQLite itself ends the transaction after a full disk or an I/O error.
      if (error instanceof Error && /no transaction/.test(error.message)) this.#rollbackFailed = false;
    }
  }
}
