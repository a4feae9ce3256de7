import type { SqliteDriver, SqliteStatement } from 'asktell';
import { runQueueMs } from './run-queue.ts';

/** A period in which a storage blocked the event loop. */
export interface BlockingPeriod {
  /** Milliseconds on the wall clock. */
  readonly ms: number;
  /** Milliseconds without the time that the thread waited in the run queue. */
  readonly ownMs: number;
  /** The longest statement in the period. */
  readonly statement: string;
  /** Milliseconds of that statement on the wall clock. */
  readonly statementMs: number;
}

const none: BlockingPeriod = { ms: 0, ownMs: 0, statement: '', statementMs: 0 };

/**
 * Measures the blocking periods of an SQLite storage by wrapping its driver. A period is a transaction, from BEGIN to
 * COMMIT or ROLLBACK, or a single statement outside a transaction.
 */
export class Stopwatch {
  /** The longest period on the wall clock. */
  longest: BlockingPeriod = none;
  /** The longest period without the time in the run queue. */
  longestOwn: BlockingPeriod = none;
  #began = 0;
  #queuedMs = 0;
  #statement = '';
  #statementMs = 0;
  #measuring = false;
  #inTransaction = false;

  reset(): void {
    this.longest = none;
    this.longestOwn = none;
  }

  /** Patches a driver class, so that every statement of every connection in this thread is timed. */
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
      // A failed BEGIN does not start a transaction. A failed COMMIT is followed by a ROLLBACK.
      if (sql.startsWith('BEGIN')) this.#inTransaction = !failed;
      else if (sql === 'ROLLBACK' || (sql === 'COMMIT' && !failed)) this.#inTransaction = false;
      if (!this.#inTransaction) this.#end();
    }
  }

  #begin(): void {
    this.#measuring = true;
    this.#queuedMs = runQueueMs() ?? 0;
    this.#statementMs = 0;
    this.#began = performance.now();
  }

  #end(): void {
    this.#measuring = false;
    const ms = performance.now() - this.#began;
    if (ms <= this.longestOwn.ownMs) return; // ownMs is at most ms
    const ownMs = ms - ((runQueueMs() ?? 0) - this.#queuedMs);
    const period: BlockingPeriod = { ms, ownMs, statement: this.#statement, statementMs: this.#statementMs };
    if (ms > this.longest.ms) this.longest = period;
    if (ownMs > this.longestOwn.ownMs) this.longestOwn = period;
  }
}
