import {
  type AskRequest,
  type AskResult,
  AsktellError,
  type Cursor,
  type Delta,
  keys,
  type NewStudy,
  type Storage,
  type StorageCapabilities,
  type StudyAttr,
  type StudyRecord,
  type StudyRef,
  show,
  type TrialOp,
  type TrialRecord,
  type WriteOps,
  type WriteResult,
} from '@asktell/core';
import { type GrantOp, type LogEntry, LoggedStudy } from './operation-log.ts';

class LogCursor implements Cursor {
  readonly isCursor = true;
  readonly position: number;
  constructor(position: number) {
    this.position = position;
  }
}

/**
 * A storage that replays an append-only list of operations. It is the simplest implementation of the contract and the
 * model that the storage laws compare with. Handles that share one list behave like processes that share one file.
 * @example
 * const log: LogEntry[] = [];
 * const [here, there] = [new OperationLogStorage(log), new OperationLogStorage(log)];
 */
export class OperationLogStorage implements Storage {
  readonly capabilities: StorageCapabilities = { shared: true, durable: true, url: null };
  readonly log: LogEntry[];
  /** Studies by id, `null` for deleted ones. */
  readonly #studies = new Map<number | string, LoggedStudy | null>();
  #read = 0;
  #closed = false;

  constructor(log: LogEntry[] = []) {
    this.log = log;
  }

  createStudy(study: NewStudy): StudyRecord {
    if (this.findStudy(study.name) !== undefined)
      throw error('study-exists', study.name, 'exists. Choose another name');
    const epoch = study.systemAttrs.get(keys.epoch);
    const ref: StudyRef = { id: this.log.length, name: study.name, epoch: typeof epoch === 'string' ? epoch : null };
    const { directions, systemAttrs } = study;
    this.#append({ kind: 'create-study', study: { ref, directions, userAttrs: new Map(), systemAttrs } });
    return this.#find(ref).record;
  }

  findStudy(name: string): StudyRecord | undefined {
    return this.listStudies().find((study) => study.ref.name === name);
  }

  listStudies(): readonly StudyRecord[] {
    this.#catchUp();
    return [...this.#studies.values()].flatMap((study) => study?.record ?? []);
  }

  deleteStudy(ref: StudyRef): void {
    this.#find(ref);
    this.#append({ kind: 'delete-study', id: ref.id });
  }

  setStudyAttrs(ref: StudyRef, attrs: readonly StudyAttr[]): void {
    this.#find(ref);
    this.#append({ kind: 'study-attrs', id: ref.id, attrs });
  }

  pull(ref: StudyRef, since: Cursor | null, fresh: readonly number[] = []): Delta {
    const { trials, changedAt } = this.#find(ref);
    const from = since instanceof LogCursor ? since.position : 0;
    const wanted = trials.filter(({ number }) => (changedAt[number] as number) > from || fresh.includes(number));
    return { cursor: new LogCursor(this.log.length), trials: wanted };
  }

  ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
    const { owner, fill, fresh, watch = [] } = request;
    const plan = request.plan(this.pull(ref, since, [...fresh, ...watch]));
    const at = Date.now() * 1000;
    const position = this.log.length + 1;
    let study = this.#find(ref).copy();
    const ops: (TrialOp | GrantOp)[] = [...plan.write];
    const rows = new Set(plan.write.map((op) => study.apply(op, at, position)));
    const taken = plan.take.map((number): GrantOp => ({ kind: 'take', number, owner }));
    const grants = [...taken, ...Array.from({ length: plan.create }, (): GrantOp => ({ kind: 'begin', owner }))];
    const granted: number[] = [];
    for (const grant of grants) {
      const draft = study.copy();
      const row = draft.apply(grant, at, position);
      const more = fill === null ? [] : fill(draft.trials[row] as TrialRecord);
      if (more === 'exhausted') break;
      for (const op of more) draft.apply(op, at, position);
      ops.push(grant, ...more);
      granted.push(row);
      rows.add(row);
      study = draft;
    }
    if (ops.length > 0) this.#append({ kind: 'trials', id: ref.id, at, ops });
    const trials = [...rows].sort((a, b) => a - b).map((row) => this.#find(ref).trials[row] as TrialRecord);
    return { cursor: new LogCursor(this.log.length), trials, granted, exhausted: granted.length < grants.length };
  }

  write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh: readonly number[] = []): WriteResult {
    const before = this.pull(ref, since ?? new LogCursor(this.log.length), fresh);
    const list = typeof ops === 'function' ? ops(before) : ops;
    const at = Date.now() * 1000;
    const draft = this.#find(ref).copy();
    const rows = list.map((op) => draft.apply(op, at, this.log.length + 1));
    if (list.length > 0) this.#append({ kind: 'trials', id: ref.id, at, ops: list });
    const created = rows.filter((_, i) => list[i]?.kind === 'create');
    const wanted = [...before.trials.map(({ number }) => number), ...rows];
    return { created, delta: since === null ? null : this.pull(ref, since, wanted) };
  }

  /**
   * Stores a sign of life of a running trial, as Optuna does for its own.
   * @param at microseconds since 1970
   */
  heartbeat(ref: StudyRef, number: number, at: number): void {
    this.#find(ref);
    this.#append({ kind: 'heartbeat', id: ref.id, number, at });
  }

  close(): void {
    this.#closed = true;
  }

  #append(entry: LogEntry): void {
    this.log.push(structuredClone(entry));
    this.#catchUp();
  }

  #catchUp(): void {
    if (this.#closed) throw new AsktellError('storage-closed', 'This storage is closed. Open a new one.');
    while (this.#read < this.log.length) this.#replay(this.log[this.#read++] as LogEntry);
  }

  #replay(entry: LogEntry): void {
    if (entry.kind === 'create-study') this.#studies.set(entry.study.ref.id, new LoggedStudy(entry.study));
    else if (entry.kind === 'delete-study') this.#studies.set(entry.id, null);
    else {
      const study = this.#studies.get(entry.id) as LoggedStudy;
      if (entry.kind === 'study-attrs') study.setAttrs(entry.attrs);
      else if (entry.kind === 'heartbeat') study.beat(entry.number, entry.at);
      else for (const op of entry.ops) study.apply(op, entry.at, this.#read);
    }
  }

  #find(ref: StudyRef): LoggedStudy {
    this.#catchUp();
    const study = this.#studies.get(ref.id);
    if (study === undefined) throw error('study-not-found', ref.name, 'does not exist. Create it first');
    if (study === null || study.record.ref.epoch !== ref.epoch)
      throw error('study-gone', ref.name, 'was deleted. Create it again');
    return study;
  }
}

function error(code: 'study-exists' | 'study-gone' | 'study-not-found', name: string, what: string): AsktellError {
  return new AsktellError(code, `The study ${show(name)} ${what}.`);
}
