import { resolve } from 'node:path';
import {
  AsktellError,
  type AskRequest,
  type AskResult,
  type Awaitable,
  type Cursor,
  type Delta,
  type NewStudy,
  type Storage,
  type StorageCapabilities,
  type StudyAttr,
  type StudyRecord,
  type StudyRef,
  show,
  type TrialOp,
  type TrialRecord,
} from '@asktell/core';
import type { DatetimeZone } from '../encoding/datetime.ts';
import { carryOut, type Granted } from './ask.ts';
import { noStudy, studyGone } from './checks.ts';
import type { Connection } from './connection.ts';
import { deltaSince, isUpToDate, SqliteCursor } from './cursor.ts';
import type { SqliteDriver } from './driver.ts';
import { leavePlainFile, type OpenOptions, openConnection } from './open.ts';
import { findSame, refresh } from './refresh.ts';
import { LockWaiting } from './retry.ts';
import { checkStudy, createStudy, deleteStudy, findStudy, listStudies, setStudyAttr } from './studies.ts';
import { StudyMirror } from './study-mirror.ts';
import { TrialReader } from './trial-reader.ts';
import { WriteBatch } from './write-batch.ts';

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

const noRows: readonly number[] = [];
const nothing: readonly TrialRecord[] = [];

/**
 * Studies in one SQLite file, in Optuna's schema: Optuna 3.2 to 5 and optuna-dashboard open it. Any number of processes
 * on one machine may use the file at once. It is opened at the first call; nothing touches the disk before.
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
  #open: Open | null = null;
  #closed = false;
  #ended = false;
  #closing: Awaitable<void> = undefined;

  /**
   * @param source path of the file, `':memory:'`, or an open driver (node:sqlite, bun:sqlite, better-sqlite3), which is
   * closed with the storage
   */
  constructor(source: string | SqliteDriver, options: SqliteStorageOptions = {}) {
    const { durability, datetimes, create, lockTimeoutMs } = checkedOptions(options);
    this.#source = checkedSource(source);
    this.#options = { durability, create };
    this.#zone = datetimes;
    this.#waiting = new LockWaiting(lockTimeoutMs);
    const inMemory = this.#source === ':memory:' || (typeof source === 'object' && (source as { memory?: unknown }).memory === true);
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
      (open) => deleteStudy(open.connection, this.#mirror(open, study).ref.id),
      () => {
        this.#mirrors.delete(study.id as number);
      },
    );
  }

  setStudyAttrs(study: StudyRef, attrs: readonly StudyAttr[]): Awaitable<void> {
    return this.#write((open) => {
      const { id } = this.#mirror(open, study).ref;
      for (const attr of attrs) setStudyAttr(open.connection, id, attr);
    });
  }

  pull(study: StudyRef, since: Cursor | null, fresh: readonly number[] = noRows): Awaitable<Delta> {
    this.#refuseClosed();
    return this.#waiting.atOnce(() => {
      const open = this.#opened();
      const { connection, reader } = open;
      const known = this.#mirrors.get(study.id as number);
      // The usual answer while a study waits for its trials: nobody has written anything.
      if (known !== undefined && fresh.length === 0 && isFor(known, study) && isUpToDate(known, since) && connection.dataVersion() === known.dataVersion) {
        return { cursor: since, trials: nothing };
      }
      return connection.read(() => deltaSince(this.#mirror(open, study), reader, since, fresh));
    });
  }

  ask(study: StudyRef, since: Cursor | null, request: AskRequest): Awaitable<AskResult> {
    return this.#change(
      study,
      (batch, mirror, { reader }) => carryOut(batch, reader, request, request.plan(deltaSince(mirror, reader, since, request.fresh))),
      (outcome: Granted, mirror) => ({ cursor: new SqliteCursor(mirror), ...outcome }),
    );
  }

  write(study: StudyRef, ops: readonly TrialOp[]): Awaitable<readonly number[]> {
    return this.#change(
      study,
      (batch) => {
        let created: number[] | null = null;
        for (const op of ops) {
          const number = batch.apply(op);
          if (op.kind === 'create') (created ??= []).push(number);
        }
        return created ?? noRows;
      },
      (created) => created,
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

  #read<T>(work: (open: Open) => T): Awaitable<T> {
    this.#refuseClosed();
    return this.#waiting.atOnce(() => {
      const open = this.#opened();
      return open.connection.read(() => work(open));
    });
  }

  /** One transaction; `after` is called when it is committed. */
  #write<T, U = T>(work: (open: Open) => T, after?: (result: T) => U): Awaitable<U> {
    this.#refuseClosed();
    return this.#waiting.inTurn(() => {
      const open = this.#opened();
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
  #change<T, U>(study: StudyRef, work: (batch: WriteBatch, mirror: StudyMirror, open: Open) => T, after: (result: T, mirror: StudyMirror) => U): Awaitable<U> {
    return this.#write(
      (open) => {
        const mirror = this.#mirror(open, study);
        const batch = new WriteBatch(open.connection, mirror, open.reader, this.#zone);
        return { mirror, batch, result: work(batch, mirror, open) };
      },
      ({ mirror, batch, result }) => {
        batch.commit();
        return after(result, mirror);
      },
    );
  }

  /** The mirror of a study, up to date with the transaction that is open. */
  #mirror({ connection }: Open, study: StudyRef): StudyMirror {
    const known = this.#mirrors.get(study.id as number);
    if (known !== undefined && isFor(known, study)) {
      if (refresh(connection, known, this.#zone)) return known;
      this.#mirrors.delete(known.ref.id);
    }
    const found = findSame(connection, study);
    if (found === undefined && !this.#shown.has(identity(study))) throw noStudy(study);
    if (found === undefined || found === 'other') throw studyGone(study);
    const mirror = new StudyMirror({ ...study, id: study.id as number }, found.objectives);
    refresh(connection, mirror, this.#zone);
    this.#mirrors.set(mirror.ref.id, mirror);
    return mirror;
  }

  #distrust(): void {
    for (const mirror of this.#mirrors.values()) mirror.broken = true;
    this.#mirrors.clear();
  }

  #show(study: StudyRecord): StudyRecord {
    this.#shown.add(identity(study.ref));
    return study;
  }

  #opened(): Open {
    if (this.#ended) throw closed();
    if (this.#open === null) {
      const connection = openConnection(this.#source, this.#options);
      this.#open = { connection, reader: new TrialReader(connection) };
    }
    return this.#open;
  }

  #refuseClosed(): void {
    if (this.#closed) throw closed();
  }

  #tidy(plain: boolean): Awaitable<void> {
    return plain || typeof this.#source !== 'string' ? undefined : leavePlainFile(this.#source);
  }

  #end(): boolean {
    this.#ended = true;
    this.#mirrors.clear();
    const open = this.#open;
    this.#open = null;
    if (open !== null) return open.connection.close();
    if (typeof this.#source === 'object') this.#source.close();
    return true;
  }
}

interface Open {
  readonly connection: Connection;
  readonly reader: TrialReader;
}

function closed(): AsktellError {
  return new AsktellError('storage-closed', 'This storage was closed; open a new one.');
}

function isFor(mirror: StudyMirror, study: StudyRef): boolean {
  return mirror.ref.epoch === study.epoch && mirror.ref.name === study.name;
}

function identity({ id, name, epoch }: StudyRef): string {
  return JSON.stringify([id, name, epoch]);
}

function checkedSource(source: unknown): string | SqliteDriver {
  if (typeof source === 'object' && source !== null && 'prepare' in source && 'exec' in source && 'close' in source) return source as SqliteDriver;
  if (typeof source !== 'string' || source === '' || source.includes('\0') || source !== source.trimEnd()) {
    throw new AsktellError('invalid-argument', `SqliteStorage needs the path of a file or an SQLite driver, not ${show(source)}.`);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) throw new AsktellError('storage-url', `SqliteStorage takes a path, not the URL ${show(source)}; give the part after "sqlite:///".`);
  return source === ':memory:' ? source : resolve(source);
}

function checkedOptions(options: SqliteStorageOptions): Required<SqliteStorageOptions> {
  const { durability = 'process', datetimes = 'utc', create = true, lockTimeoutMs = 120_000 } = options;
  const wrong = (name: string, value: unknown, allowed: string): AsktellError => new AsktellError('invalid-argument', `SqliteStorage: ${name} must be ${allowed}, not ${show(value)}.`);
  if (durability !== 'process' && durability !== 'power') throw wrong('durability', durability, "'process' or 'power'");
  if (datetimes !== 'utc' && datetimes !== 'local') throw wrong('datetimes', datetimes, "'utc' or 'local'");
  if (typeof create !== 'boolean') throw wrong('create', create, 'true or false');
  if (!(typeof lockTimeoutMs === 'number' && lockTimeoutMs >= 0)) throw wrong('lockTimeoutMs', lockTimeoutMs, 'a number of milliseconds');
  return { durability, datetimes, create, lockTimeoutMs };
}
