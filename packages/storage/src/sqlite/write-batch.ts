import { AsktellError, type Distribution, isCompatible, type Json, keys, type NewTrial, show, type TrialOp, type TrialState } from '@asktell/core';
import { nowMicroseconds } from '../encoding/clock.ts';
import { type DatetimeZone, formatDatetime } from '../encoding/datetime.ts';
import { distributionJson } from '../encoding/distribution-json.ts';
import { stateLabels, valueLabel } from '../encoding/labels.ts';
import { pythonJson } from '../encoding/python-json.ts';
import { checkName, noTrial, spaceConflict, trialFinished, trialWaiting } from './checks.ts';
import type { Connection } from './connection.ts';
import type { StudyMirror, TrialRow } from './study-mirror.ts';
import type { TrialReader } from './trial-reader.ts';

const insertTrial = 'INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?)';
const insertParam = `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)
ON CONFLICT DO NOTHING`;
const selectParam = 'SELECT param_value FROM trial_params WHERE trial_id = ? AND param_name = ?';
const selectName = `SELECT p.distribution_json, p.trial_id FROM trials t JOIN trial_params p ON p.trial_id = t.trial_id
WHERE t.study_id = ? AND t.trial_id >= ? AND p.param_name = ? LIMIT 1`;
const upsertValue = `INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)
ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value, value_type = excluded.value_type`;
const upsertReport = `INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?)
ON CONFLICT (trial_id, step) DO UPDATE SET intermediate_value = excluded.intermediate_value, intermediate_value_type = excluded.intermediate_value_type`;
const upsertUserAttr = `INSERT INTO trial_user_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`;
const upsertSystemAttr = `INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`;
const deleteOwner = `DELETE FROM trial_system_attributes WHERE trial_id = ? AND "key" = '${keys.owner}'`;
const startTrial = "UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ?";
const finishTrial = 'UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ?';

/**
 * The changes of one write transaction. They go to the database at once, and to the mirror only when the transaction
 * is committed, so that a mirror never knows what others cannot see.
 */
export class WriteBatch {
  readonly #connection: Connection;
  readonly #mirror: StudyMirror;
  readonly #reader: TrialReader;
  readonly #zone: DatetimeZone;
  readonly #rows = new Map<number, TrialRow>();
  readonly #touched = new Set<number>();
  readonly #dists = new Map<string, Distribution>();
  #size: number;
  #clock: number;

  constructor(connection: Connection, mirror: StudyMirror, reader: TrialReader, zone: DatetimeZone) {
    this.#connection = connection;
    this.#mirror = mirror;
    this.#reader = reader;
    this.#zone = zone;
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
    if (!(Number.isInteger(number) && number >= 0 && number < this.#mirror.size)) throw noTrial(this.#mirror.ref, number, this.#size);
    return this.#mirror.row(number);
  }

  /** The row that {@link start} will insert next, or turn a waiting trial into. */
  next(waiting: TrialRow | null): TrialRow {
    const stamp = this.#stamp();
    if (waiting !== null) return { ...waiting, state: 'running', startedAt: stamp };
    return { id: 0, number: this.#size, state: 'running', startedAt: stamp, finishedAt: null };
  }

  /** Stores what {@link next} has described. */
  start(row: TrialRow): void {
    const text = this.#date(row.startedAt);
    if (row.id > 0) {
      this.#connection.run(startTrial, text, row.id);
      this.#put(row);
    } else this.#insert(row, text, null);
    this.#clock = row.startedAt as number;
  }

  setOwner(number: number, owner: Json | null): void {
    const { id } = this.row(number);
    if (owner === null) this.#connection.run(deleteOwner, id);
    else this.#connection.run(upsertSystemAttr, id, keys.owner, pythonJson(owner));
    this.#touched.add(number);
  }

  /** Applies one operation. Returns the number of its trial. */
  apply(op: TrialOp): number {
    if (op.kind === 'create') return this.#create(op.trial);
    const row = this.row(op.number);
    const { id, state, number } = row;
    if (state !== 'running' && (state !== 'waiting' || op.kind !== 'attr')) throw state === 'waiting' ? trialWaiting(number) : trialFinished(number, state);
    switch (op.kind) {
      case 'param':
        this.#param(id, number, op.name, op.dist, op.x);
        break;
      case 'report':
        this.#report(id, op.step, op.value);
        break;
      case 'attr':
        this.#attr(id, op.scope, op.key, op.value);
        break;
      case 'finish':
        this.#finish(row, op.state, op.values);
        break;
    }
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

  #insert(row: TrialRow, started: string | null, finished: string | null): number {
    const { number, state } = row;
    const id = this.#connection.insert(insertTrial, number, this.#mirror.ref.id, stateLabels[state], started, finished);
    this.#put({ ...row, id });
    this.#size++;
    return id;
  }

  #create(trial: NewTrial): number {
    const number = this.#size;
    const { state, startedAt, finishedAt, names, dists, x, values, reports } = trial;
    this.#checkValues(number, state, values);
    const id = this.#insert({ id: 0, number, state, startedAt, finishedAt }, this.#date(startedAt), this.#date(finishedAt));
    names.forEach((name, i) => this.#param(id, number, name, dists[i] as Distribution, x[i] as number));
    this.#values(id, values);
    reports?.steps.forEach((step, i) => this.#report(id, step, reports.values[i] as number));
    trial.userAttrs?.forEach((value, key) => this.#attr(id, 'user', key, value));
    trial.systemAttrs?.forEach((value, key) => this.#attr(id, 'system', key, value));
    this.#clock = Math.max(this.#clock, startedAt ?? 0, finishedAt ?? 0);
    return number;
  }

  #param(id: number, number: number, name: string, dist: Distribution, x: number): void {
    this.#checkDistribution(name, dist);
    const inside = dist.kind === 'categorical' ? Number.isInteger(x) && x >= 0 && x < dist.choices.length : Number.isFinite(x);
    if (!inside) throw new AsktellError('invalid-value', `Parameter ${show(name)} of trial ${number}: ${show(x)} is no internal value of a ${dist.kind} distribution.`);
    if (this.#connection.run(insertParam, id, name, x + 0, distributionJson(dist)) > 0) return;
    const stored = this.#connection.first(selectParam, id, name)?.[0];
    if (stored !== x + 0) throw new AsktellError('space-conflict', `Parameter ${show(name)} of trial ${number} is ${show(stored)} already and cannot become ${show(x)}; a parameter is set once.`);
  }

  /** One earlier definition of the name is enough to compare with, as all of them agree. */
  #checkDistribution(name: string, dist: Distribution): void {
    const mirror = this.#mirror;
    let known = mirror.dists.get(name) ?? this.#dists.get(name);
    if (known === dist) return;
    if (known === undefined) {
      checkName('A parameter name', name);
      // Names that another process has brought in since this one last read them.
      const found = this.#connection.first(selectName, mirror.ref.id, mirror.namesKnownBelow, name);
      known = found === undefined ? dist : this.#reader.distribution(found[0], found[1] as number);
      this.#dists.set(name, known);
    }
    if (!isCompatible(known, dist)) throw spaceConflict(name, known, dist);
  }

  #report(id: number, step: number, value: number): void {
    if (!Number.isSafeInteger(step) || step < 0) throw new AsktellError('invalid-argument', `A step must be a whole number from 0, not ${show(step)}.`);
    if (typeof value !== 'number') throw new AsktellError('invalid-value', `The value of step ${step} must be a number, not ${show(value)}.`);
    this.#connection.run(upsertReport, id, step, Number.isFinite(value) ? value + 0 : null, valueLabel(value));
  }

  #attr(id: number, scope: 'user' | 'system', key: string, value: Json): void {
    checkName('An attribute key', key);
    this.#connection.run(scope === 'user' ? upsertUserAttr : upsertSystemAttr, id, key, pythonJson(value));
  }

  #finish(row: TrialRow, state: TrialState, values: readonly number[] | null): void {
    this.#checkValues(row.number, state, values);
    this.#values(row.id, values);
    const finishedAt = this.#stamp();
    this.#clock = finishedAt;
    this.#connection.run(finishTrial, stateLabels[state], this.#date(finishedAt), row.id);
    this.#put({ ...row, state, finishedAt });
  }

  #values(id: number, values: readonly number[] | null): void {
    values?.forEach((value, objective) => this.#connection.run(upsertValue, id, objective, Number.isFinite(value) ? value + 0 : null, valueLabel(value)));
  }

  #checkValues(number: number, state: TrialState, values: readonly number[] | null): void {
    const { objectives } = this.#mirror;
    if (values === null ? state === 'complete' : values.length !== objectives) {
      throw new AsktellError('invalid-value', `Trial ${number}: ${show(values)} are not the ${objectives} value(s) of this study.`);
    }
    if (values?.some((value) => typeof value !== 'number' || Number.isNaN(value)) === true) {
      throw new AsktellError('invalid-value', `Trial ${number}: a value in ${show(values)} is no number; tell it as failed instead.`);
    }
  }

  /** The study clock: increasing whatever the system's clock does. */
  #stamp(): number {
    return Math.max(nowMicroseconds(), this.#clock + 1);
  }

  #date(stamp: number | null): string | null {
    if (stamp === null) return null;
    try {
      return formatDatetime(stamp, this.#zone);
    } catch (error) {
      throw new AsktellError('invalid-value', (error as Error).message, { cause: error });
    }
  }
}
