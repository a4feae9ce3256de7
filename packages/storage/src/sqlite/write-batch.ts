import {
  AsktellError,
  type Distribution,
  isCompatible,
  type Json,
  type NewTrial,
  noTrial,
  show,
  spaceConflict,
  type TrialOp,
  type TrialState,
  trialFinished,
  trialWaiting,
} from '@asktell/core';
import { nowMicroseconds } from '../encoding/clock.ts';
import { checkName } from './checks.ts';
import type { Connection } from './connection.ts';
import type { StudyMirror, TrialRow } from './study-mirror.ts';
import type { TrialReader } from './trial-reader.ts';
import type { TrialWriter } from './trial-writer.ts';

const selectName = `SELECT p.distribution_json, p.trial_id FROM trials t JOIN trial_params p ON p.trial_id = t.trial_id
WHERE t.study_id = ? AND t.trial_id >= ? AND p.param_name = ? LIMIT 1`;

/** What a batch works with. */
export interface Tools {
  readonly connection: Connection;
  readonly reader: TrialReader;
  readonly writer: TrialWriter;
}

/**
 * The changes of one write transaction, and the rules they obey. They go to the database at once, and to the mirror
 * only when the transaction is committed, so that a mirror never knows what others cannot see.
 */
export class WriteBatch {
  readonly #tools: Tools;
  readonly #mirror: StudyMirror;
  readonly #rows = new Map<number, TrialRow>();
  readonly #touched = new Set<number>();
  readonly #dists = new Map<string, Distribution>();
  #size: number;
  #clock: number;

  constructor(tools: Tools, mirror: StudyMirror) {
    this.#tools = tools;
    this.#mirror = mirror;
    this.#size = mirror.size;
    this.#clock = mirror.clock;
  }

  /** Numbers of the trials that were changed or created. */
  get touched(): ReadonlySet<number> {
    return this.#touched;
  }

  /** The row as it is inside this transaction. */
  row(number: number): TrialRow {
    const row = this.#rows.get(number);
    if (row !== undefined) return row;
    const { ref, size } = this.#mirror;
    if (!(Number.isInteger(number) && number >= 0 && number < size)) throw noTrial(ref, number, this.#size);
    return this.#mirror.row(number);
  }

  /** The row that {@link start} is to store: a new one, or a waiting one that starts. */
  next(waiting: TrialRow | null): TrialRow {
    const startedAt = this.#stamp();
    if (waiting !== null) return { ...waiting, state: 'running', startedAt };
    return { id: 0, number: this.#size, state: 'running', startedAt, finishedAt: null };
  }

  /** Stores what {@link next} has described. */
  start(row: TrialRow): void {
    const startedAt = row.startedAt as number;
    if (row.id > 0) {
      this.#tools.writer.start(row.id, startedAt);
      this.#put(row);
    } else this.#insert(row);
    this.#clock = startedAt;
  }

  setOwner(number: number, owner: Json | null): void {
    this.#tools.writer.setOwner(this.row(number).id, owner);
    this.#touched.add(number);
  }

  /** Applies one operation. Returns the number of its trial. */
  apply(op: TrialOp): number {
    if (op.kind === 'create') return this.#create(op.trial);
    const { writer } = this.#tools;
    const row = this.row(op.number);
    const { id, number, state } = row;
    if (state !== 'running' && (state !== 'waiting' || op.kind !== 'attr')) {
      throw state === 'waiting' ? trialWaiting(number) : trialFinished(number, state);
    }
    if (op.kind === 'param') {
      writer.param(id, op.name, this.#agreed(op.name, op.dist), op.x);
    } else if (op.kind === 'report') writer.report(id, op.step, op.value);
    else if (op.kind === 'attr') writer.attr(id, op.scope, op.key, op.value);
    else this.#finish(row, op.state, op.values);
    this.#touched.add(number);
    return number;
  }

  /** Takes the changes over into the mirror, after the commit. */
  commit(): void {
    const mirror = this.#mirror;
    for (const row of this.#rows.values()) mirror.put(row);
    for (const number of this.#touched) mirror.touch(number);
    for (const [name, dist] of this.#dists) mirror.dists.set(name, dist);
  }

  #put(row: TrialRow): void {
    this.#rows.set(row.number, row);
    this.#touched.add(row.number);
  }

  #insert(row: TrialRow): number {
    const id = this.#tools.writer.insert(this.#mirror.ref.id, row);
    this.#put({ ...row, id });
    this.#size++;
    return id;
  }

  #create(trial: NewTrial): number {
    const { writer } = this.#tools;
    const number = this.#size;
    const { state, startedAt, finishedAt, names, dists, x, values, reports } = trial;
    this.#checkValues(number, state, values);
    const id = this.#insert({ id: 0, number, state, startedAt, finishedAt });
    for (const [i, name] of names.entries()) {
      writer.param(id, name, this.#agreed(name, dists[i] as Distribution), x[i] as number, true);
    }
    if (values !== null) writer.values(id, values);
    for (const [i, step] of (reports?.steps ?? []).entries()) writer.report(id, step, reports?.values[i] as number);
    for (const [key, value] of trial.userAttrs ?? []) writer.attr(id, 'user', key, value);
    for (const [key, value] of trial.systemAttrs ?? []) writer.attr(id, 'system', key, value);
    this.#clock = Math.max(this.#clock, startedAt ?? 0, finishedAt ?? 0);
    return number;
  }

  /**
   * The distribution to be stored. One earlier definition of the name is enough to compare with, as all of them agree.
   * Choices are stored as they stand in the file, where Optuna may hold more of them than we can (`1.0`, lists), and
   * compares them.
   */
  #agreed(name: string, dist: Distribution): Distribution {
    const { ref, dists, namesKnownBelow } = this.#mirror;
    const { connection, reader } = this.#tools;
    let known = dists.get(name) ?? this.#dists.get(name);
    if (known === dist) return dist;
    if (known === undefined) {
      checkName('A parameter name', name);
      // Another process may have brought the name in since this one last read.
      const found = connection.first(selectName, ref.id, namesKnownBelow, name);
      known = found === undefined ? dist : reader.distribution(found[0], found[1] as number);
      this.#dists.set(name, known);
    }
    if (!isCompatible(known, dist)) throw spaceConflict(name, known, dist);
    return dist.kind === 'categorical' ? known : dist;
  }

  #finish(row: TrialRow, state: TrialState, values: readonly number[] | null): void {
    this.#checkValues(row.number, state, values);
    if (values !== null) this.#tools.writer.values(row.id, values);
    const finishedAt = this.#stamp();
    this.#clock = finishedAt;
    this.#tools.writer.finish(row.id, state, finishedAt);
    this.#put({ ...row, state, finishedAt });
  }

  #checkValues(number: number, state: TrialState, values: readonly number[] | null): void {
    const { objectives } = this.#mirror;
    if (values === null ? state === 'complete' : values.length !== objectives) {
      throw new AsktellError(
        'invalid-value',
        `Trial ${number}: ${show(values)} are not the ${objectives} value(s) of this study.`,
      );
    }
    if (values?.some((value) => typeof value !== 'number' || Number.isNaN(value)) === true) {
      throw new AsktellError(
        'invalid-value',
        `Trial ${number}: a value in ${show(values)} is no number; tell it as failed instead.`,
      );
    }
  }

  /** The study clock: increasing whatever the system's clock does. */
  #stamp(): number {
    return Math.max(nowMicroseconds(), this.#clock + 1);
  }
}
