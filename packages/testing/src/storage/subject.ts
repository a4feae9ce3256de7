import {
  type AskRequest,
  type AskResult,
  type Awaitable,
  type Cursor,
  type Delta,
  type Direction,
  keys,
  type Storage,
  type StudyRecord,
  type StudyRef,
  type TrialOp,
  type TrialRecord,
} from '@asktell/core';

/** The storage under test and how to open connections to it. */
export interface StorageSubject {
  /** Opens a new, empty storage. */
  readonly open: () => Awaitable<Storage>;
  /** Opens another connection to the data of `first`, as another process would. Required for shared storages. */
  readonly second?: (first: Storage) => Awaitable<Storage>;
  /** Opens the data of a closed storage again. Required for durable storages. */
  readonly reopen?: (closed: Storage) => Awaitable<Storage>;
}

export const needsSecond = (subject: StorageSubject): string | null =>
  subject.second === undefined ? 'not shared: no second connection' : null;
export const needsReopen = (subject: StorageSubject): string | null =>
  subject.reopen === undefined ? 'not durable: cannot be opened again' : null;

let epochs = 0;

/** The system attributes that every new study must have. */
export function epochAttrs(): Map<string, string> {
  return new Map([[keys.epoch, `epoch-${++epochs}-${Math.random().toString(36).slice(2)}`]]);
}

const plainAsk: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };

/** A storage with one study, and shorthands for the calls that the laws make. */
export class StudyBench {
  readonly subject: StorageSubject;
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly opened: Storage[];

  constructor(subject: StorageSubject, storage: Storage, study: StudyRecord, opened: Storage[]) {
    this.subject = subject;
    this.storage = storage;
    this.study = study;
    this.opened = opened;
  }

  get ref(): StudyRef {
    return this.study.ref;
  }

  ask(request: Partial<AskRequest> = {}, since: Cursor | null = null): Awaitable<AskResult> {
    return this.storage.ask(this.ref, since, { ...plainAsk, ...request });
  }

  /** Begins `count` trials and returns their numbers. */
  async begin(count: number): Promise<readonly number[]> {
    const { granted } = await this.ask({ plan: () => ({ write: [], take: [], create: count }) });
    return granted;
  }

  /** Writes without a delta. Returns the numbers of created trials. */
  async write(...ops: TrialOp[]): Promise<readonly number[]> {
    return (await this.storage.write(this.ref, null, ops)).created;
  }

  pull(since: Cursor | null = null, fresh: readonly number[] = []): Awaitable<Delta> {
    return this.storage.pull(this.ref, since, fresh);
  }

  async trial(number: number): Promise<TrialRecord> {
    const found = (await this.pull()).trials.find((trial) => trial.number === number);
    if (found === undefined) throw new Error(`trial ${number} does not exist`);
    return found;
  }

  /** The same study through another connection. */
  async second(): Promise<StudyBench> {
    const storage = await (this.subject.second as (first: Storage) => Awaitable<Storage>)(this.storage);
    return this.#on(storage);
  }

  /** Closes every connection and opens the study again. */
  async reopen(): Promise<StudyBench> {
    for (const storage of this.opened) await storage.close();
    return this.#on(await (this.subject.reopen as (closed: Storage) => Awaitable<Storage>)(this.storage));
  }

  async #on(storage: Storage): Promise<StudyBench> {
    this.opened.push(storage);
    const study = await storage.findStudy(this.ref.name);
    if (study === undefined) throw new Error(`the study ${this.ref.name} is not visible through the other connection`);
    return new StudyBench(this.subject, storage, study, this.opened);
  }
}

/** Runs `body` on a new storage with one study, and closes all connections afterwards. */
export async function withStudy(
  subject: StorageSubject,
  body: (bench: StudyBench) => Awaitable<void>,
  directions: readonly Direction[] = ['minimize'],
): Promise<void> {
  const opened: Storage[] = [];
  try {
    const storage = await subject.open();
    opened.push(storage);
    const study = await storage.createStudy({ name: 'study', directions, systemAttrs: epochAttrs() });
    await body(new StudyBench(subject, storage, study, opened));
  } finally {
    for (const storage of opened) await storage.close();
  }
}
