import {
  AsktellError,
  type Distribution,
  isCompatible,
  type Json,
  type NewTrial,
  nextStamp,
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

/** A connection with its reader and writer. */
export interface OpenDatabase {
  readonly connection: Connection;
  readonly reader: TrialReader;
  readonly writer: TrialWriter;
}

/**
 * The changes of one write transaction, with checks of their rules. They are written to the database immediately and to
 * the mirror after the commit, so that the mirror contains committed data only.
 */
export class WriteBatch {
  readonly #database: OpenDatabase;
  readonly #mirror: StudyMirror;
  readonly #rows = new Map<number, TrialRow>();
  readonly #touched = new Set<number>();
  readonly #dists = new Map<string, Distribution>();
  #size: number;
  #clock: number;

  constructor(database: OpenDatabase, mirror: StudyMirror) {
    this.#database = database;
    this.#mirror = mirror;
    this.#size = mirror.size;
    this.#clock = mirror.clock;
  }

  /** Numbers of the trials that were changed or created. */
  get touched(): ReadonlySet<number> {
    return this.#touched;
  }

  /**
   * The row as this transaction sees it.
   * @throws AsktellError `trial-not-found`
   */
  row(number: number): TrialRow {
    const row = this.#rows.get(number);
    if (row !== undefined) return row;
    const { ref, size } = this.#mirror;
    if (!(Number.isInteger(number) && number >= 0 && number < size)) throw noTrial(ref, number, this.#size);
    return this.#mirror.row(number);
  }

  /** The row to pass to {@link start}: the waiting row with its start time, or a new row. */
  next(waiting: TrialRow | null): TrialRow {
    const startedAt = this.#stamp();
    if (waiting !== null) return { ...waiting, state: 'running', startedAt };
    return { id: 0, number: this.#size, state: 'running', startedAt, finishedAt: null };
  }

  /** Stores a row that {@link next} returned. */
  start(row: TrialRow): void {
    const startedAt = row.startedAt as number;
    if (row.id > 0) {
      this.#database.writer.start(row.id, startedAt);
      this.#put(row);
    } else this.#insert(row);
    this.#clock = startedAt;
  }

  /** Replaces the owner of a trial, or deletes it when `owner` is `null`. */
  setOwner(number: number, owner: Json | null): void {
    this.#database.writer.setOwner(this.row(number).id, owner);
    this.#touched.add(number);
  }

  /**
   * Applies one operation and returns the number of its trial.
   * @throws AsktellError `trial-waiting`, `trial-finished`, `space-conflict`, `invalid-value`, `invalid-argument`
   */
  apply(op: TrialOp): number {
    if (op.kind === 'create') return this.#create(op.trial);
    const { writer } = this.#database;
    const row = this.row(op.number);
    const { id, number, state } = row;
    if (state !== 'running' && (state !== 'waiting' || op.kind !== 'attr')) {
      throw state === 'waiting' ? trialWaiting(number) : trialFinished(number, state);
    }
    if (op.kind === 'param') {
      writer.param(id, op.name, this.#compatibleDist(op.name, op.dist), op.x);
    } else if (op.kind === 'report') writer.report(id, op.step, op.value);
    else if (op.kind === 'attr') writer.attr(id, op.scope, op.key, op.value);
    else this.#finish(row, op.state, op.values);
    this.#touched.add(number);
    return number;
  }

  /** Applies the changes to the mirror. Call it after the commit. */
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
    const id = this.#database.writer.insert(this.#mirror.ref.id, row);
    this.#put({ ...row, id });
    this.#size++;
    return id;
  }

  #create(trial: NewTrial): number {
    const { writer } = this.#database;
    const number = this.#size;
    const { state, startedAt, finishedAt, names, dists, x, values, reports } = trial;
    this.#checkValues(number, state, values);
    const id = this.#insert({ id: 0, number, state, startedAt, finishedAt });
    for (const [i, name] of names.entries()) {
      writer.param(id, name, this.#compatibleDist(name, dists[i] as Distribution), x[i] as number, true);
    }
    if (values !== null) writer.values(id, values);
    for (const [i, step] of (reports?.steps ?? []).entries()) writer.report(id, step, reports?.values[i] as number);
    for (const [key, value] of trial.userAttrs ?? []) writer.attr(id, 'user', key, value);
    for (const [key, value] of trial.systemAttrs ?? []) writer.attr(id, 'system', key, value);
    this.#clock = Math.max(this.#clock, startedAt ?? 0, finishedAt ?? 0);
    return number;
  }

  /**
   * The distribution to store for a parameter. All stored distributions of a name are compatible, so a comparison with
   * one of them suffices. For a categorical parameter the stored distribution is used: Optuna compares choices, and the
   * stored text may contain choices that we cannot represent (`1.0`, lists).
   * @throws AsktellError `space-conflict`, `invalid-argument`
   */
  #compatibleDist(name: string, dist: Distribution): Distribution {
    const { ref, dists, namesKnownBelow } = this.#mirror;
    const { connection, reader } = this.#database;
    let known = dists.get(name) ?? this.#dists.get(name);
    if (known === dist) return dist;
    if (known === undefined) {
      checkName('A parameter name', name);
      // Another process may have added the name since the last refresh.
      const found = connection.first(selectName, ref.id, namesKnownBelow, name);
      known = found === undefined ? dist : reader.distribution(found[0], found[1] as number);
      this.#dists.set(name, known);
    }
    if (!isCompatible(known, dist)) throw spaceConflict(name, known, dist);
    return dist.kind === 'categorical' ? known : dist;
  }

  #finish(row: TrialRow, state: TrialState, values: readonly number[] | null): void {
    this.#checkValues(row.number, state, values);
    if (values !== null) this.#database.writer.values(row.id, values);
    const finishedAt = this.#stamp();
    this.#clock = finishedAt;
    this.#database.writer.finish(row.id, state, finishedAt);
    this.#put({ ...row, state, finishedAt });
  }

  #checkValues(number: number, state: TrialState, values: readonly number[] | null): void {
    const { objectives } = this.#mirror;
    if (values === null ? state === 'complete' : values.length !== objectives) {
      throw new AsktellError(
        'invalid-value',
        `Trial ${number}: values must contain one number per objective (${objectives}), not ${show(values)}. Pass one value per objective.`,
      );
    }
    if (values?.some((value) => typeof value !== 'number' || Number.isNaN(value)) === true) {
      throw new AsktellError(
        'invalid-value',
        `Trial ${number}: values must be numbers, not ${show(values)}. Tell the trial as failed instead.`,
      );
    }
  }

  /** The next timestamp of the study clock. It increases strictly even when the system clock is set back. */
  #stamp(): number {
    return nextStamp(nowMicroseconds(), this.#clock);
  }
}
