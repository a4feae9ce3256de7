import { keys } from '../attribute-keys.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { TrialTable } from '../history/trial-table.ts';
import { nextStamp } from '../stamp.ts';
import { checkedTrial, checkOps, checkTakeable } from './memory-checks.ts';
import type { MemoryStudy } from './memory-study.ts';
import { noStudy, storageClosed, studyExists, studyGone } from './refusals.ts';
import type {
  AskRequest,
  AskResult,
  Cursor,
  Delta,
  NewStudy,
  NewTrial,
  Storage,
  StorageCapabilities,
  StudyAttr,
  StudyRecord,
  StudyRef,
  TrialOp,
  WriteOps,
  WriteResult,
} from './storage.ts';

/** A position in the study's list of changed rows. */
class MemoryCursor implements Cursor {
  readonly isCursor = true;
  readonly position: number;
  constructor(position: number) {
    this.position = position;
  }
}

const nothing: readonly TrialRecord[] = [];
const noNumbers: readonly number[] = [];

/**
 * Keeps studies in memory, in columns. It is the default storage and the reference implementation of {@link Storage}.
 * @example createStudy({ storage: new MemoryStorage() })
 */
export class MemoryStorage implements Storage {
  readonly capabilities: StorageCapabilities = { shared: false, durable: false, url: null };
  readonly #studies = new Map<string, MemoryStudy>();
  readonly #deleted = new Set<string | number>();
  #nextId = 0;
  #closed = false;

  createStudy(study: NewStudy): StudyRecord {
    this.#open();
    if (this.#studies.has(study.name)) {
      throw studyExists(study.name);
    }
    const epoch = study.systemAttrs.get(keys.epoch);
    const created: MemoryStudy = {
      ref: { id: this.#nextId++, name: study.name, epoch: typeof epoch === 'string' ? epoch : null },
      directions: [...study.directions],
      userAttrs: new Map(),
      systemAttrs: new Map(study.systemAttrs),
      table: new TrialTable(study.directions.length),
      dists: new Map(),
      changes: new Int32Array(64),
      changed: 0,
      clock: 0,
    };
    this.#studies.set(study.name, created);
    return studyRecord(created);
  }

  findStudy(name: string): StudyRecord | undefined {
    this.#open();
    const study = this.#studies.get(name);
    return study === undefined ? undefined : studyRecord(study);
  }

  listStudies(): readonly StudyRecord[] {
    this.#open();
    return [...this.#studies.values()].map(studyRecord);
  }

  deleteStudy(ref: StudyRef): void {
    const study = this.#find(ref);
    this.#studies.delete(study.ref.name);
    this.#deleted.add(study.ref.id);
  }

  setStudyAttrs(ref: StudyRef, attrs: readonly StudyAttr[]): void {
    const study = this.#find(ref);
    for (const { scope, key, value } of attrs) (scope === 'user' ? study.userAttrs : study.systemAttrs).set(key, value);
  }

  pull(ref: StudyRef, since: Cursor | null, fresh: readonly number[] = noNumbers): Delta {
    return changesSince(this.#find(ref), since, fresh);
  }

  ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
    const study = this.#find(ref);
    const { table } = study;
    const { fresh, watch = noNumbers } = request;
    const plan = request.plan(changesSince(study, since, watch.length === 0 ? fresh : [...fresh, ...watch]));
    checkOps(study, plan.write);
    const undo: (() => void)[] = [];
    const changes = new Set<number>();
    const granted: number[] = [];
    const { changed } = study;
    const known = study.dists.size;
    const planned = plan.take.length + plan.create;
    try {
      for (const op of plan.write) {
        if (op.kind === 'create') undo.push(() => table.pop());
        else if (!changes.has(op.number)) undo.push(restore(table, op.number));
        changes.add(apply(study, op));
      }
      for (let k = 0; k < planned; k++) {
        if (!grant(study, k < plan.take.length ? (plan.take[k] as number) : null, request, undo)) break;
        granted.push(k < plan.take.length ? (plan.take[k] as number) : table.size - 1);
      }
    } catch (error) {
      while (undo.length > 0) (undo.pop() as () => void)();
      study.changed = changed;
      for (const name of [...study.dists.keys()].slice(known)) study.dists.delete(name);
      throw error;
    }
    const written =
      changes.size === 0 && granted.length < 2 ? granted : [...new Set([...changes, ...granted])].sort((x, y) => x - y);
    return {
      cursor: new MemoryCursor(study.changed),
      trials: written.length === 0 ? nothing : written.map((row) => table.record(row)),
      granted,
      exhausted: granted.length < planned,
    };
  }

  read(ref: StudyRef, from: number, count: number): readonly TrialRecord[] {
    const { table } = this.#find(ref);
    const records: TrialRecord[] = [];
    for (let row = from; row < Math.min(from + count, table.size); row++) records.push(table.record(row));
    return records;
  }

  write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh: readonly number[] = noNumbers): WriteResult {
    const study = this.#find(ref);
    const list = typeof ops === 'function' ? ops(deltaFor(study, since, fresh)) : ops;
    checkOps(study, list);
    let created: number[] | null = null;
    for (const op of list) {
      const number = apply(study, op);
      if (op.kind !== 'create') continue;
      created ??= [];
      created.push(number);
    }
    return { created: created ?? noNumbers, delta: since === null ? null : changesSince(study, since, fresh) };
  }

  /** @internal The table in which a storage of this class keeps a study's trials; `null` for any other storage. */
  static tableOf(storage: Storage, { name }: StudyRef): TrialTable | null {
    return storage instanceof MemoryStorage ? (storage.#studies.get(name)?.table ?? null) : null;
  }

  close(): void {
    this.#closed = true;
  }

  #open(): void {
    if (this.#closed) throw storageClosed();
  }

  #find(ref: StudyRef): MemoryStudy {
    this.#open();
    const study = this.#studies.get(ref.name);
    if (study !== undefined && study.ref.id === ref.id && study.ref.epoch === ref.epoch) return study;
    throw study !== undefined || this.#deleted.has(ref.id) ? studyGone(ref) : noStudy(ref);
  }
}

function restore(table: TrialTable, row: number): () => void {
  const before = table.record(row);
  return () => table.put(before);
}

/** Claims trial `taken`, or creates one if it is `null`. If `fill` is exhausted, undoes that and returns false. */
function grant(study: MemoryStudy, taken: number | null, request: AskRequest, undo: (() => void)[]): boolean {
  const { table } = study;
  if (taken !== null) checkTakeable(study, taken);
  undo.push(taken === null ? () => table.pop() : restore(table, taken));
  const row = taken ?? table.append('running', stamp(study));
  if (taken !== null && table.state(row) === 'waiting') {
    table.setState(row, 'running');
    table.startedAt[row] = stamp(study);
  }
  table.setOwner(row, request.owner);
  if (request.fill !== null) {
    const ops = request.fill(table.record(row));
    if (ops === 'exhausted') {
      (undo.pop() as () => void)();
      return false;
    }
    checkOps(study, ops);
    for (const op of ops) apply(study, op);
  }
  touch(study, row);
  return true;
}

function studyRecord(study: MemoryStudy): StudyRecord {
  return {
    ref: study.ref,
    directions: study.directions,
    userAttrs: new Map(study.userAttrs),
    systemAttrs: new Map(study.systemAttrs),
  };
}

/** Now in microseconds since 1970, strictly increasing within the study. */
function stamp(study: MemoryStudy): number {
  study.clock = nextStamp(Date.now() * 1000, study.clock);
  return study.clock;
}

function touch(study: MemoryStudy, row: number): void {
  if (study.changed === study.changes.length) {
    const grown = new Int32Array(study.changes.length * 2);
    grown.set(study.changes);
    study.changes = grown;
  }
  study.changes[study.changed++] = row;
}

/** The delta for a function that decides what to write. Without a cursor it contains only the `fresh` rows. */
function deltaFor(study: MemoryStudy, since: Cursor | null, fresh: readonly number[]): Delta {
  const at = new MemoryCursor(study.changed);
  return since === null ? { ...changesSince(study, at, fresh), cursor: at } : changesSince(study, since, fresh);
}

function changesSince(study: MemoryStudy, since: Cursor | null, fresh: readonly number[]): Delta {
  const from = since instanceof MemoryCursor ? since.position : 0;
  if (from === study.changed && fresh.length === 0 && since !== null) return { cursor: since, trials: nothing };
  let rows: number[] = [];
  if (from === 0) for (let row = 0; row < study.table.size; row++) rows.push(row);
  else if (study.changed - from > 16) rows = [...new Set(study.changes.subarray(from, study.changed))];
  else
    for (let i = from; i < study.changed; i++)
      if (!rows.includes(study.changes[i] as number)) rows.push(study.changes[i] as number);
  if (from > 0) for (const row of fresh) if (row < study.table.size && !rows.includes(row)) rows.push(row);
  if (rows.length === 0)
    return { cursor: since instanceof MemoryCursor ? since : new MemoryCursor(study.changed), trials: nothing };
  if (rows.length > 1) rows.sort((a, b) => a - b);
  return { cursor: new MemoryCursor(study.changed), trials: rows.map((row) => study.table.record(row)) };
}

/** Applies a checked operation and returns its row. */
function apply(study: MemoryStudy, op: TrialOp): number {
  const { table } = study;
  if (op.kind === 'create') return create(study, op.trial);
  const row = op.number;
  if (op.kind === 'param') {
    if (!study.dists.has(op.name)) study.dists.set(op.name, op.dist);
    // A resumed trial sets its parameters again. The stored value stays.
    if (!table.hasParam(row, op.name)) table.setParam(row, op.name, op.dist, op.x);
  } else if (op.kind === 'report') table.setReport(row, op.step, op.value);
  else if (op.kind === 'attr') table.setAttr(row, op.scope, op.key, op.value);
  else {
    table.setValues(row, op.values);
    table.setState(row, op.state);
    table.finishedAt[row] = stamp(study);
  }
  // Successive changes to one row share an entry. A finish gets its own: a cursor may be past the shared one.
  if (study.changed === 0 || study.changes[study.changed - 1] !== row || op.kind === 'finish') touch(study, row);
  return row;
}

function create(study: MemoryStudy, trial: NewTrial): number {
  const record = { ...checkedTrial(trial), number: study.table.size };
  study.table.put(record);
  record.names.forEach((name, i) => {
    if (!study.dists.has(name)) study.dists.set(name, record.dists[i] as Distribution);
  });
  study.clock = Math.max(study.clock, record.startedAt ?? 0, record.finishedAt ?? 0);
  touch(study, record.number);
  return record.number;
}
