import { AsktellError, type Awaitable } from '@asktell/core';
import type { BackgroundCheckpoints } from './background-checkpoints.ts';
import type { DatabaseFile } from './database-file.ts';
import { prepareRows, type Row, type RowStatement, type SqliteDriver, type SqliteValue } from './driver.ts';
import { driverError, isLocked } from './driver-errors.ts';

/**
 * Statements that a connection writes between two of its checkpoints, about 10 MB of log: each of them waits for the
 * disk. Connections that write together make no more of them in all. A long text counts as several.
 */
export const writesPerCheckpoint = 7000;

/** Characters of text that count as one more statement. */
const textPerWrite = 2000;

/**
 * A driver with its prepared statements and transactions. Everything is synchronous; a lock held by another connection
 * comes out as `storage-busy`, every other trouble of the driver as its own typed error.
 */
export class Connection {
  readonly place: string;
  readonly #driver: SqliteDriver;
  readonly #statements = new Map<string, RowStatement>();
  #inside = false;
  /** A rollback failed, so a transaction may still be open. */
  #torn = false;
  #journalChosen = false;
  #wal = false;
  #writesLeft = writesPerCheckpoint;
  readonly #background: BackgroundCheckpoints | null;
  readonly #file: DatabaseFile | null;

  /**
   * @param background makes the checkpoints; `null`: this connection itself
   * @param file what is written to; `null` when that is not known
   */
  constructor(
    driver: SqliteDriver,
    place: string,
    background: BackgroundCheckpoints | null = null,
    file: DatabaseFile | null = null,
  ) {
    this.#driver = driver;
    this.place = place;
    this.#background = background;
    this.#file = file;
  }

  /** Rows that a statement changed. */
  run(sql: string, ...params: SqliteValue[]): number {
    this.#count(params);
    try {
      return Number(this.#prepared(sql).run(params).changes);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** Row id of an inserted row. */
  insert(sql: string, ...params: SqliteValue[]): number {
    this.#count(params);
    try {
      return Number(this.#prepared(sql).run(params).lastInsertRowid);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  first(sql: string, ...params: SqliteValue[]): Row | undefined {
    try {
      return this.#prepared(sql).first(params);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  all(sql: string, ...params: SqliteValue[]): readonly Row[] {
    try {
      return this.#prepared(sql).all(params);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** Statements that are not worth keeping prepared: schema and pragmas. */
  exec(sql: string): void {
    try {
      this.#driver.exec(sql);
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** First column of the only row of a pragma that is run once. */
  pragma(text: string): unknown {
    try {
      return prepareRows(this.#driver, `PRAGMA ${text}`).first([])?.[0];
    } catch (error) {
      throw driverError(error, this.place);
    }
  }

  /** A number that changes whenever another connection has committed; our own commits leave it. */
  dataVersion(): number {
    return Number(this.first('PRAGMA data_version')?.[0]);
  }

  /** Runs `work` on one snapshot of the database. */
  read<T>(work: () => T): T {
    return this.#transaction('BEGIN', work);
  }

  /** Runs `work` with the write lock: all of it is stored when this returns, nothing when it throws. */
  write<T>(work: () => T): T {
    this.#file?.check();
    this.#chooseJournal();
    // In WAL mode the same as IMMEDIATE. Where WAL cannot be had, it makes sure that a reader cannot stop the commit
    // of a transaction whose callbacks were called already.
    const result = this.#transaction('BEGIN EXCLUSIVE', work);
    if (this.#writesLeft <= 0) this.#checkpoint();
    return result;
  }

  /** Waits until nobody else in this process uses the database for it. To be called before {@link close}. */
  settle(): Awaitable<void> {
    return this.#background?.stop();
  }

  /**
   * Closes, and leaves a plain file behind: while WAL is on, a copy of the file alone lacks pages, and readers that
   * load it into memory refuse it. Returns whether that worked; it cannot while another connection is open.
   */
  close(): boolean {
    let plain = false;
    this.#background?.stopNow();
    try {
      if (this.#torn) this.#rollback();
      const mode = this.pragma('journal_mode');
      plain = mode !== 'wal' || this.pragma('journal_mode = DELETE') === 'delete';
    } catch {
      plain = false;
    }
    try {
      this.#driver.close();
    } catch (error) {
      throw driverError(error, this.place);
    }
    return plain;
  }

  #prepared(sql: string): RowStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = prepareRows(this.#driver, sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** WAL is switched on with the first write, so that files that are only read stay as they are. */
  #chooseJournal(): void {
    if (this.#journalChosen) return;
    // Answers with the mode that is in force; file systems without shared memory keep theirs.
    this.#wal = this.pragma('journal_mode = WAL') === 'wal';
    this.#journalChosen = true;
  }

  /**
   * Moves the log into the database. SQLite does that itself, but lets others write meanwhile: then the log cannot begin
   * anew, and every commit of every writer tries again and waits for the disk. Here the others wait, asynchronously.
   */
  #checkpoint(): void {
    this.#writesLeft = writesPerCheckpoint;
    if (!this.#wal || this.#background?.request() === true) return;
    try {
      // Takes what it can get when a writer or a reader is in the way.
      this.first('PRAGMA wal_checkpoint(FULL)');
    } catch {
      // What was committed is in the log and stays valid; a disk that is full will say so to the next write.
    }
  }

  #count(params: readonly SqliteValue[]): void {
    this.#writesLeft--;
    for (const param of params)
      if (typeof param === 'string' && param.length > textPerWrite) this.#writesLeft -= param.length / textPerWrite;
  }

  #transaction<T>(begin: string, work: () => T): T {
    if (this.#inside)
      throw new AsktellError('storage-error', `${this.place}: plan and fill of an ask must not call the storage.`);
    if (this.#torn) this.#rollback();
    try {
      this.run(begin);
    } catch (error) {
      if (!isLocked(error)) this.#rollback();
      throw error;
    }
    this.#inside = true;
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    } finally {
      this.#inside = false;
    }
  }

  #rollback(): void {
    this.#torn = true;
    try {
      this.#prepared('ROLLBACK').run([]);
      this.#torn = false;
    } catch (error) {
      // SQLite ends the transaction itself after a full disk or an I/O error; then there is nothing to roll back.
      if (error instanceof Error && /no transaction/.test(error.message)) this.#torn = false;
    }
  }
}
