import type { SqliteDriver, SqliteStatement } from 'asktell';
import { waitedMs } from './waited.ts';

/** One stretch of time in which a storage kept its process from doing anything else. */
export interface Stretch {
  /** Milliseconds on the wall clock. */
  readonly ms: number;
  /** The same without the time in which the operating system had given the processor to another process. */
  readonly ownMs: number;
  /** The longest statement within, and its milliseconds on the wall clock. */
  readonly statement: string;
  readonly statementMs: number;
}

const none: Stretch = { ms: 0, ownMs: 0, statement: '', statementMs: 0 };

/**
 * Measures the synchronous stretches of an SQLite storage from below: from BEGIN to COMMIT or ROLLBACK, retries
 * included, with everything that the storage does in between; outside a transaction, single statements.
 */
export class Stopwatch {
  longest: Stretch = none;
  longestOwn: Stretch = none;
  #began = 0;
  #waited = 0;
  #statement = '';
  #statementMs = 0;
  #measuring = false;
  #inside = false;

  reset(): void {
    this.longest = none;
    this.longestOwn = none;
  }

  /** Puts a stopwatch at every statement of every connection that this thread opens with a driver, given its class. */
  watch({ prototype }: { readonly prototype: SqliteDriver }): void {
    const { exec, prepare } = prototype;
    const stopwatch = this;
    prototype.exec = function (sql) {
      return stopwatch.#timed(sql, () => exec.call(this, sql));
    };
    prototype.prepare = function (sql) {
      const statement: SqliteStatement = prepare.call(this, sql);
      for (const method of ['run', 'get', 'all'] as const) {
        const original = statement[method].bind(statement) as (...params: never[]) => unknown;
        Object.defineProperty(statement, method, {
          value: (...params: never[]) => stopwatch.#timed(sql, () => original(...params)),
        });
      }
      return statement;
    };
  }

  #timed<T>(sql: string, work: () => T): T {
    if (!this.#measuring) this.#begin();
    const started = performance.now();
    let failed = true;
    try {
      const result = work();
      failed = false;
      return result;
    } finally {
      const ms = performance.now() - started;
      if (ms > this.#statementMs) {
        this.#statementMs = ms;
        this.#statement = sql;
      }
      // A BEGIN that finds the database locked has not begun; a COMMIT that fails is followed by a ROLLBACK.
      if (sql.startsWith('BEGIN')) this.#inside = !failed;
      else if (sql === 'ROLLBACK' || (sql === 'COMMIT' && !failed)) this.#inside = false;
      if (!this.#inside) this.#end();
    }
  }

  #begin(): void {
    this.#measuring = true;
    this.#waited = waitedMs() ?? 0;
    this.#statementMs = 0;
    this.#began = performance.now();
  }

  #end(): void {
    this.#measuring = false;
    const ms = performance.now() - this.#began;
    if (ms <= this.longestOwn.ownMs) return; // own time is no longer than all of it
    const ownMs = ms - ((waitedMs() ?? 0) - this.#waited);
    const stretch: Stretch = { ms, ownMs, statement: this.#statement, statementMs: this.#statementMs };
    if (ms > this.longest.ms) this.longest = stretch;
    if (ownMs > this.longestOwn.ownMs) this.longestOwn = stretch;
  }
}
