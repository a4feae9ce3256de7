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
import { type AskOutcome, executePlan } from './ask.ts';
import { closeOnExit, type OpenResource } from './close-on-exit.ts';
import type { Connection } from './connection.ts';
import { deltaFor, deltaSince, isUpToDate, SqliteCursor } from './cursor.ts';
import type { SqliteDriver } from './driver.ts';
import { LockRetry } from './lock-retry.ts';
import { exitWalMode, type OpenOptions, openConnection } from './open.ts';
import { checkedOptions, checkedSource, type SqliteStorageOptions } from './options.ts';
import { matchStudy, refresh } from './refresh.ts';
import { checkStudy, createStudy, deleteStudy, findStudy, listStudies, setStudyAttr } from './studies.ts';
import { StudyIdentities } from './study-identity.ts';
import { StudyMirror } from './study-mirror.ts';
import { TrialReader } from './trial-reader.ts';
import { TrialWriter } from './trial-writer.ts';
import { applyAll, asCommitted } from './write.ts';
import { type OpenDatabase, WriteBatch } from './write-batch.ts';

const noRows: readonly number[] = [];
const nothing: readonly TrialRecord[] = [];

/**
 * Stores studies in an SQLite file with Optuna's schema. Optuna 3.2 to 5 and optuna-dashboard can open the file. Any
 * number of processes on one machine can use it at the same time. The first call of a method opens the file.
 *
 * Node.js 20 needs the package better-sqlite3. Node.js 22.13, Deno and Bun have SQLite built in.
 *
 * While the file is open, it is in WAL mode. A thread moves the write-ahead log into the file about every 10 MB, and the
 * last process to close the file moves the rest. An open read transaction of another program blocks this. The log then
 * grows until the transaction ends, and shrinks again. Versions of SQLite before 3.51.3 can lose commits in WAL mode
 * (https://sqlite.org/wal.html#walresetbug). With such a version there is no thread, and the process prints a warning with
 * the code `sqlite-wal-reset`.
 *
 * @throws AsktellError `invalid-argument` for invalid options, `storage-url` for a URL instead of a path. Every method
 * can throw `missing-dependency`, `storage-open`, `storage-foreign`, `storage-version`, `storage-readonly`,
 * `storage-corrupt`, `storage-full`, `storage-busy`, `storage-closed` or `storage-error`
 * @example
 * const study = await createStudy({ name: 'mnist', storage: new SqliteStorage('studies.db') });
 */
export class SqliteStorage implements Storage {
  readonly capabilities: StorageCapabilities;
  readonly #source: string | SqliteDriver;
  readonly #options: OpenOptions;
  readonly #zone: DatetimeZone;
  readonly #lock: LockRetry;
  readonly #identities: StudyIdentities;
  readonly #mirrors = new Map<number, StudyMirror>();
  /** Studies that this storage has returned. If one of them is missing, it was deleted. */
  readonly #returned = new Set<string>();
  #open: OpenDatabase | null = null;
  #closed = false;
  #ended = false;
  #closing: Awaitable<void> = undefined;
  #cancelCloseOnExit: (() => void) | null = null;

  /**
   * @param source path of the file, `':memory:'`, or an open driver (better-sqlite3, node:sqlite, bun:sqlite). The storage
   * closes the driver. A process cannot open the same file with two of these libraries, because each would release the
   * locks of the other
   */
  constructor(source: string | SqliteDriver, options: SqliteStorageOptions = {}) {
    this.#source = checkedSource(source);
    const { durability, datetimes, create, lockTimeoutMs, driver } = checkedOptions(this.#source, options);
    this.#options = { durability, create, driver };
    this.#zone = datetimes;
    this.#identities = new StudyIdentities(datetimes);
    this.#lock = new LockRetry(lockTimeoutMs);
    const inMemory =
      this.#source === ':memory:' || (typeof source === 'object' && (source as { memory?: unknown }).memory === true);
    this.capabilities = {
      shared: !inMemory,
      durable: !inMemory,
      url: typeof this.#source === 'string' && !inMemory ? `sqlite:///${this.#source}` : null,
    };
  }

  createStudy(study: NewStudy): Awaitable<StudyRecord> {
    this.#assertOpen();
    checkStudy(study);
    return this.#write(({ connection }) => this.#remember(createStudy(connection, study)));
  }

  findStudy(name: string): Awaitable<StudyRecord | undefined> {
    return this.#read(({ connection }) => {
      const study = findStudy(connection, name);
      return study === undefined ? undefined : this.#remember(study);
    });
  }

  listStudies(): Awaitable<readonly StudyRecord[]> {
    return this.#read(({ connection }) => listStudies(connection).map((study) => this.#remember(study)));
  }

  deleteStudy(study: StudyRef): Awaitable<void> {
    return this.#write(
      ({ connection }) => {
        this.#find(connection, this.#identities.check(connection, study));
        deleteStudy(connection, study.id as number);
      },
      () => {
        this.#mirrors.delete(study.id as number);
      },
    );
  }

  setStudyAttrs(study: StudyRef, attrs: readonly StudyAttr[]): Awaitable<void> {
    return this.#write(
      ({ connection }) => {
        const checked = this.#identities.check(connection, study);
        this.#find(connection, checked);
        for (const attr of attrs) setStudyAttr(connection, study.id as number, attr);
        return this.#identities.giveEpoch(connection, study, checked);
      },
      (given) => this.#adopt(study, given),
    );
  }

  pull(study: StudyRef, since: Cursor | null, fresh: readonly number[] = noRows): Awaitable<Delta> {
    this.#assertOpen();
    return this.#lock.read(() => {
      const open = this.#opened();
      const { connection, reader } = open;
      const known = this.#mirrors.get(study.id as number);
      // Fast path for a study that waits for its trials: no other connection has written.
      if (
        known !== undefined &&
        fresh.length === 0 &&
        isMirrorOf(known, this.#identities.known(study)) &&
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
      (batch, mirror, { reader }) => {
        for (const number of request.watch ?? noRows) reader.watchOwner(mirror, number);
        return executePlan(batch, reader, request, request.plan(deltaSince(mirror, reader, since, request.fresh)));
      },
      (outcome: AskOutcome, mirror) => ({ cursor: new SqliteCursor(mirror), ...outcome }),
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
      // Earlier calls are completed first.
      const singleFile = this.#lock.write(() => this.#closeConnection());
      this.#closing =
        singleFile instanceof Promise
          ? singleFile.then((done) => this.#leaveWalMode(done))
          : this.#leaveWalMode(singleFile);
    }
    return this.#closing;
  }

  #read<T>(work: (open: OpenDatabase) => T): Awaitable<T> {
    this.#assertOpen();
    return this.#lock.read(() => {
      const open = this.#opened();
      return open.connection.read(() => work(open));
    });
  }

  /** Runs one write transaction. `before` is called without the write lock, `after` after the commit. */
  #write<T, U = T>(
    work: (open: OpenDatabase) => T,
    after?: (result: T) => U,
    before?: (open: OpenDatabase) => void,
  ): Awaitable<U> {
    this.#assertOpen();
    return this.#lock.write(() => {
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
        // A commit that failed may still have been written, so the mirrors may be out of date.
        if (done) this.#discardMirrors();
        throw error;
      }
      return after === undefined ? (result as unknown as U) : after(result);
    });
  }

  /** Runs one write transaction on the trials of a study. */
  #change<T, U>(
    study: StudyRef,
    work: (batch: WriteBatch, mirror: StudyMirror, open: OpenDatabase) => T,
    after: (result: T, mirror: StudyMirror) => U,
  ): Awaitable<U> {
    return this.#write(
      (open) => {
        const mirror = this.#mirror(open, study);
        const batch = new WriteBatch(open, mirror);
        const result = work(batch, mirror, open);
        return { mirror, batch, result, given: this.#identities.giveEpoch(open.connection, study, mirror.ref) };
      },
      ({ mirror, batch, result, given }) => {
        batch.commit();
        this.#adopt(study, given, mirror);
        return after(result, mirror);
      },
      // The first refresh of a large study is slow, so it runs without the write lock.
      (open) => {
        if (!this.#mirrors.has(study.id as number)) open.connection.read(() => this.#mirror(open, study));
      },
    );
  }

  /** The mirror of a study, up to date with the open transaction. */
  #mirror({ connection }: OpenDatabase, given: StudyRef): StudyMirror {
    const study = this.#identities.check(connection, given);
    const known = this.#mirrors.get(study.id as number);
    // Another connection may have stored the epoch of a study that was read without one.
    if (known !== undefined && known.ref.epoch === null && known.ref.name === study.name && study !== given)
      if (refresh(connection, known, this.#zone)) known.ref = { ...known.ref, epoch: study.epoch };
    if (known !== undefined && isMirrorOf(known, study) && refresh(connection, known, this.#zone)) {
      this.#identities.read(given, known);
      return known;
    }
    this.#mirrors.delete(study.id as number);
    const mirror = new StudyMirror({ ...study, id: study.id as number }, this.#find(connection, study));
    refresh(connection, mirror, this.#zone);
    this.#mirrors.set(mirror.ref.id, mirror);
    this.#identities.read(given, mirror);
    return mirror;
  }

  /** Remembers the epoch that a write has stored. */
  #adopt(study: StudyRef, given: ReturnType<StudyIdentities['giveEpoch']>, mirror?: StudyMirror): void {
    if (given === null) return;
    const known = mirror ?? this.#mirrors.get(study.id as number);
    this.#returned.add(identity(given(known !== undefined && isMirrorOf(known, study) ? known : undefined)));
  }

  /**
   * Checks that a study exists and returns its number of objectives.
   * @throws AsktellError `study-gone` if it was deleted, `study-not-found` if this storage has never returned it
   */
  #find(connection: Connection, study: StudyRef): number {
    const found = matchStudy(connection, study);
    if (typeof found === 'object') return found.objectives;
    const wasReturned = [study, { ...study, epoch: null }].some((ref) => this.#returned.has(identity(ref)));
    throw found === 'other' || wasReturned ? studyGone(study) : noStudy(study);
  }

  #discardMirrors(): void {
    for (const mirror of this.#mirrors.values()) mirror.broken = true;
    this.#mirrors.clear();
  }

  #remember(study: StudyRecord): StudyRecord {
    this.#returned.add(identity(study.ref));
    return study;
  }

  #opened(): OpenDatabase {
    if (this.#ended) throw storageClosed();
    if (this.#open === null) {
      const connection = openConnection(this.#source, this.#options);
      this.#cancelCloseOnExit = closeOnExit(this, openResource(connection, this.#source, this.#options));
      this.#open = {
        connection,
        reader: new TrialReader(connection),
        writer: new TrialWriter(connection, this.#zone),
      };
    }
    return this.#open;
  }

  #assertOpen(): void {
    if (this.#closed) throw storageClosed();
  }

  #leaveWalMode(singleFile: boolean): Awaitable<void> {
    return singleFile || typeof this.#source !== 'string' ? undefined : exitWalMode(this.#source, this.#options);
  }

  /** Returns whether WAL mode is off. */
  #closeConnection(): Awaitable<boolean> {
    this.#ended = true;
    this.#mirrors.clear();
    const open = this.#open;
    this.#open = null;
    if (open === null) {
      if (typeof this.#source === 'object') this.#source.close();
      return true;
    }
    const close = (): boolean => {
      this.#cancelCloseOnExit?.();
      return open.connection.close();
    };
    const settled = open.connection.settle();
    return settled === undefined ? close() : settled.then(close);
  }
}

/** The resource of a storage that is not closed. It must not refer to the storage. */
function openResource(connection: Connection, source: string | SqliteDriver, options: OpenOptions): OpenResource {
  return {
    closeNow: () => connection.close(),
    close: async () => {
      // A driver that the caller passed may still be in use.
      if (typeof source !== 'string') return;
      await connection.settle();
      if (!connection.close()) await exitWalMode(source, options);
    },
  };
}

function isMirrorOf(mirror: StudyMirror, study: StudyRef): boolean {
  return mirror.ref.epoch === study.epoch && mirror.ref.name === study.name;
}

function identity({ id, name, epoch }: StudyRef): string {
  return JSON.stringify([id, name, epoch]);
}
