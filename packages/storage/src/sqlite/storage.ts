import {
  type AskRequest,
  type AskResult,
  type Awaitable,
  type Cursor,
  type Delta,
  type NewStudy,
  noStudy,
  type Storage,
  type StorageCapabilities,
  type StudyAttr,
  type StudyRecord,
  type StudyRef,
  storageClosed,
  studyGone,
  type TrialRecord,
  type WriteOps,
  type WriteResult,
} from '@asktell/core';
import type { DatetimeZone } from '../encoding/datetime.ts';
import { carryOut, type Granted } from './ask.ts';
import type { Connection } from './connection.ts';
import { deltaFor, deltaSince, isUpToDate, SqliteCursor } from './cursor.ts';
import type { SqliteDriver } from './driver.ts';
import { leavePlainFile, type OpenOptions, openConnection } from './open.ts';
import { checkedOptions, checkedSource, type SqliteStorageOptions } from './options.ts';
import { findSame, refresh } from './refresh.ts';
import { LockWaiting } from './retry.ts';
import { checkStudy, createStudy, deleteStudy, findStudy, listStudies, setStudyAttr } from './studies.ts';
import { StudyMirror } from './study-mirror.ts';
import { TrialReader } from './trial-reader.ts';
import { TrialWriter } from './trial-writer.ts';
import { closeIfForgotten, type Unclosed } from './unclosed.ts';
import { applyAll, asCommitted } from './write.ts';
import { type Tools, WriteBatch } from './write-batch.ts';

const noRows: readonly number[] = [];
const nothing: readonly TrialRecord[] = [];

/**
 * Studies in one SQLite file, in Optuna's schema: Optuna 3.2 to 5 and optuna-dashboard open it. Any number of processes
 * on one machine may use the file at once. It is opened at the first call; nothing touches the disk before.
 *
 * While it is open, SQLite's write-ahead log lies beside the file; it is moved into it every 10 MB or so, in a thread, and
 * when the last process closes. A program that keeps a transaction open, if only to read, holds that up: the log grows
 * until it ends, and then shrinks again.
 *
 * @throws AsktellError `invalid-argument` for wrong options, `storage-url` for a URL in place of a path. Every method may
 * throw `missing-dependency`, `storage-open`, `storage-foreign`, `storage-version`, `storage-readonly`,
 * `storage-corrupt`, `storage-full`, `storage-busy`, `storage-closed` or `storage-error`
 * @example
 * const study = await createStudy({ name: 'mnist', storage: new SqliteStorage('studies.db') });
 */
export class SqliteStorage implements Storage {
  readonly capabilities: StorageCapabilities;
  readonly #source: string | SqliteDriver;
  readonly #options: OpenOptions;
  readonly #zone: DatetimeZone;
  readonly #waiting: LockWaiting;
  readonly #mirrors = new Map<number, StudyMirror>();
  /** Studies that this storage has shown to somebody: they are gone, not unknown, when they are not there. */
  readonly #shown = new Set<string>();
  #open: Tools | null = null;
  #closed = false;
  #ended = false;
  #closing: Awaitable<void> = undefined;
  #callOff: (() => void) | null = null;

  /**
   * @param source path of the file, `':memory:'`, or an open driver (node:sqlite, bun:sqlite, better-sqlite3), which is
   * closed with the storage. One process must not open one file through two of these libraries: each would undo the
   * other's locks
   */
  constructor(source: string | SqliteDriver, options: SqliteStorageOptions = {}) {
    const { durability, datetimes, create, lockTimeoutMs } = checkedOptions(options);
    this.#source = checkedSource(source);
    this.#options = { durability, create };
    this.#zone = datetimes;
    this.#waiting = new LockWaiting(lockTimeoutMs);
    const inMemory =
      this.#source === ':memory:' || (typeof source === 'object' && (source as { memory?: unknown }).memory === true);
    this.capabilities = {
      shared: !inMemory,
      durable: !inMemory,
      url: typeof this.#source === 'string' && !inMemory ? `sqlite:///${this.#source}` : null,
    };
  }

  createStudy(study: NewStudy): Awaitable<StudyRecord> {
    this.#refuseClosed();
    checkStudy(study);
    return this.#write(({ connection }) => this.#show(createStudy(connection, study)));
  }

  findStudy(name: string): Awaitable<StudyRecord | undefined> {
    return this.#read(({ connection }) => {
      const study = findStudy(connection, name);
      return study === undefined ? undefined : this.#show(study);
    });
  }

  listStudies(): Awaitable<readonly StudyRecord[]> {
    return this.#read(({ connection }) => listStudies(connection).map((study) => this.#show(study)));
  }

  deleteStudy(study: StudyRef): Awaitable<void> {
    return this.#write(
      ({ connection }) => {
        this.#find(connection, study);
        deleteStudy(connection, study.id as number);
      },
      () => {
        this.#mirrors.delete(study.id as number);
      },
    );
  }

  setStudyAttrs(study: StudyRef, attrs: readonly StudyAttr[]): Awaitable<void> {
    return this.#write(({ connection }) => {
      this.#find(connection, study);
      for (const attr of attrs) setStudyAttr(connection, study.id as number, attr);
    });
  }

  pull(study: StudyRef, since: Cursor | null, fresh: readonly number[] = noRows): Awaitable<Delta> {
    this.#refuseClosed();
    return this.#waiting.atOnce(() => {
      const open = this.#opened();
      const { connection, reader } = open;
      const known = this.#mirrors.get(study.id as number);
      // The usual answer while a study waits for its trials: nobody has written anything.
      if (
        known !== undefined &&
        fresh.length === 0 &&
        isFor(known, study) &&
        isUpToDate(known, since) &&
        connection.dataVersion() === known.dataVersion
      ) {
        return { cursor: since, trials: nothing };
      }
      return connection.read(() => deltaSince(this.#mirror(open, study), reader, since, fresh));
    });
  }

  read(study: StudyRef, from: number, count: number): Awaitable<readonly TrialRecord[]> {
    return this.#read((open) => {
      const mirror = this.#mirror(open, study);
      return open.reader.some(mirror, from, Math.min(from + count, mirror.size));
    });
  }

  ask(study: StudyRef, since: Cursor | null, request: AskRequest): Awaitable<AskResult> {
    return this.#change(
      study,
      (batch, mirror, { reader }) =>
        carryOut(batch, reader, request, request.plan(deltaSince(mirror, reader, since, request.fresh))),
      (outcome: Granted, mirror) => ({ cursor: new SqliteCursor(mirror), ...outcome }),
    );
  }

  write(
    study: StudyRef,
    since: Cursor | null,
    ops: WriteOps,
    fresh: readonly number[] = noRows,
  ): Awaitable<WriteResult> {
    return this.#change(
      study,
      (batch, mirror, { reader }) => {
        const before =
          since !== null || typeof ops === 'function' ? deltaFor(mirror, reader, since, fresh).trials : nothing;
        const delta = { cursor: since ?? new SqliteCursor(mirror), trials: before };
        const created = applyAll(batch, typeof ops === 'function' ? ops(delta) : ops);
        return { created, trials: since === null ? null : asCommitted(batch, reader, before) };
      },
      ({ created, trials }, mirror) => ({
        created,
        delta: trials === null ? null : { cursor: new SqliteCursor(mirror), trials },
      }),
    );
  }

  close(): Awaitable<void> {
    if (!this.#closed) {
      this.#closed = true;
      // Calls made before are still carried out.
      const plain = this.#waiting.inTurn(() => this.#end());
      this.#closing = plain instanceof Promise ? plain.then((done) => this.#tidy(done)) : this.#tidy(plain);
    }
    return this.#closing;
  }

  #read<T>(work: (open: Tools) => T): Awaitable<T> {
    this.#refuseClosed();
    return this.#waiting.atOnce(() => {
      const open = this.#opened();
      return open.connection.read(() => work(open));
    });
  }

  /** One transaction; `before` is called without the lock, `after` when it is committed. */
  #write<T, U = T>(work: (open: Tools) => T, after?: (result: T) => U, before?: (open: Tools) => void): Awaitable<U> {
    this.#refuseClosed();
    return this.#waiting.inTurn(() => {
      const open = this.#opened();
      before?.(open);
      let done = false;
      let result: T;
      try {
        result = open.connection.write(() => {
          const outcome = work(open);
          done = true;
          return outcome;
        });
      } catch (error) {
        // The commit failed, and may have happened all the same: nothing that was known is certain any more.
        if (done) this.#distrust();
        throw error;
      }
      return after === undefined ? (result as unknown as U) : after(result);
    });
  }

  /** One transaction on the trials of a study. */
  #change<T, U>(
    study: StudyRef,
    work: (batch: WriteBatch, mirror: StudyMirror, open: Tools) => T,
    after: (result: T, mirror: StudyMirror) => U,
  ): Awaitable<U> {
    return this.#write(
      (open) => {
        const mirror = this.#mirror(open, study);
        const batch = new WriteBatch(open, mirror);
        return { mirror, batch, result: work(batch, mirror, open) };
      },
      ({ mirror, batch, result }) => {
        batch.commit();
        return after(result, mirror);
      },
      // The first look at a big study takes a while: it is taken without the lock.
      (open) => {
        if (!this.#mirrors.has(study.id as number)) open.connection.read(() => this.#mirror(open, study));
      },
    );
  }

  /** The mirror of a study, up to date with the transaction that is open. */
  #mirror({ connection }: Tools, study: StudyRef): StudyMirror {
    const known = this.#mirrors.get(study.id as number);
    if (known !== undefined && isFor(known, study)) {
      if (refresh(connection, known, this.#zone)) return known;
      this.#mirrors.delete(known.ref.id);
      throw studyGone(study);
    }
    const mirror = new StudyMirror({ ...study, id: study.id as number }, this.#find(connection, study));
    refresh(connection, mirror, this.#zone);
    this.#mirrors.set(mirror.ref.id, mirror);
    return mirror;
  }

  /** Makes sure that the study is there, and returns how many objectives it has. */
  #find(connection: Connection, study: StudyRef): number {
    const found = findSame(connection, study);
    if (typeof found === 'object') return found.objectives;
    throw found === 'other' || this.#shown.has(identity(study)) ? studyGone(study) : noStudy(study);
  }

  #distrust(): void {
    for (const mirror of this.#mirrors.values()) mirror.broken = true;
    this.#mirrors.clear();
  }

  #show(study: StudyRecord): StudyRecord {
    this.#shown.add(identity(study.ref));
    return study;
  }

  #opened(): Tools {
    if (this.#ended) throw storageClosed();
    if (this.#open === null) {
      const connection = openConnection(this.#source, this.#options);
      this.#callOff = closeIfForgotten(this, unclosed(connection, this.#source));
      this.#open = {
        connection,
        reader: new TrialReader(connection),
        writer: new TrialWriter(connection, this.#zone),
      };
    }
    return this.#open;
  }

  #refuseClosed(): void {
    if (this.#closed) throw storageClosed();
  }

  #tidy(plain: boolean): Awaitable<void> {
    return plain || typeof this.#source !== 'string' ? undefined : leavePlainFile(this.#source);
  }

  /** Returns whether a plain file is left. */
  #end(): Awaitable<boolean> {
    this.#ended = true;
    this.#mirrors.clear();
    const open = this.#open;
    this.#open = null;
    if (open === null) {
      if (typeof this.#source === 'object') this.#source.close();
      return true;
    }
    const close = (): boolean => {
      this.#callOff?.();
      return open.connection.close();
    };
    const settled = open.connection.settle();
    return settled === undefined ? close() : settled.then(close);
  }
}

/** What is left when a storage is dropped without being closed. Refers to nothing of the storage. */
function unclosed(connection: Connection, source: string | SqliteDriver): Unclosed {
  return {
    close: () => connection.close(),
    end: async () => {
      // The program may still use a driver of its own.
      if (typeof source !== 'string') return;
      await connection.settle();
      if (!connection.close()) await leavePlainFile(source);
    },
  };
}

function isFor(mirror: StudyMirror, study: StudyRef): boolean {
  return mirror.ref.epoch === study.epoch && mirror.ref.name === study.name;
}

function identity({ id, name, epoch }: StudyRef): string {
  return JSON.stringify([id, name, epoch]);
}
