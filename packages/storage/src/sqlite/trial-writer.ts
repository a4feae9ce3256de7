import { AsktellError, type Distribution, type Json, keys, show, type TrialState } from '@asktell/core';
import { type DatetimeZone, formatDatetime } from '../encoding/datetime.ts';
import { distributionJson } from '../encoding/distribution-json.ts';
import { stateLabels, valueLabel } from '../encoding/labels.ts';
import { pythonJson } from '../encoding/python-json.ts';
import { checkName } from './checks.ts';
import type { Connection } from './connection.ts';
import type { TrialRow } from './study-mirror.ts';

const insertTrial =
  'INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?)';
const startTrial = "UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ?";
const finishTrial = 'UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ?';
const insertParam = `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const selectParam = 'SELECT param_value FROM trial_params WHERE trial_id = ? AND param_name = ?';
const upsertValue = `INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)
ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value, value_type = excluded.value_type`;
const upsertReport = `INSERT INTO trial_intermediate_values
(trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?)
ON CONFLICT (trial_id, step) DO UPDATE SET
intermediate_value = excluded.intermediate_value, intermediate_value_type = excluded.intermediate_value_type`;
const upsertUserAttr = `INSERT INTO trial_user_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`;
const upsertSystemAttr = `INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`;
const deleteOwner = `DELETE FROM trial_system_attributes WHERE trial_id = ? AND "key" = '${keys.owner}'`;

/** Writes the rows of a trial in Optuna's encoding. Does not check rules that involve other trials. */
export class TrialWriter {
  readonly #connection: Connection;
  readonly #zone: DatetimeZone;

  constructor(connection: Connection, zone: DatetimeZone) {
    this.#connection = connection;
    this.#zone = zone;
  }

  /** Inserts a trial and returns its row id. */
  insert(studyId: number, { number, state, startedAt, finishedAt }: TrialRow): number {
    const [started, finished] = [this.#date(startedAt), this.#date(finishedAt)];
    return this.#connection.insert(insertTrial, number, studyId, stateLabels[state], started, finished);
  }

  /** Sets the state of a waiting trial to running. */
  start(id: number, startedAt: number): void {
    this.#connection.run(startTrial, this.#date(startedAt), id);
  }

  /** Sets the final state of a trial. */
  finish(id: number, state: TrialState, finishedAt: number): void {
    this.#connection.run(finishTrial, stateLabels[state], this.#date(finishedAt), id);
  }

  /** Replaces the owner of a trial, or deletes it when `owner` is `null`. */
  setOwner(id: number, owner: Json | null): void {
    if (owner === null) this.#connection.run(deleteOwner, id);
    else this.#connection.run(upsertSystemAttr, id, keys.owner, pythonJson(owner));
  }

  /**
   * Inserts a parameter. A resumed trial suggests its parameters again, so inserting the stored value again is allowed.
   * @param imported whether to accept infinities, which Optuna accepts for enqueued trials
   * @throws AsktellError `invalid-value` if `x` is not a member of `dist`, `space-conflict` if another value is stored
   */
  param(id: number, name: string, dist: Distribution, x: number, imported = false): void {
    const member =
      dist.kind === 'categorical'
        ? Number.isInteger(x) && x >= 0 && x < dist.choices.length
        : Number.isFinite(x) || (imported && !Number.isNaN(x));
    if (!member) {
      throw new AsktellError(
        'invalid-value',
        `Parameter ${show(name)} must be an internal value of its ${dist.kind} distribution, not ${show(x)}. Pass a finite number, or the index of a choice.`,
      );
    }
    if (this.#connection.run(insertParam, id, name, x + 0, distributionJson(dist)) > 0) return;
    const stored = this.#connection.first(selectParam, id, name)?.[0];
    if (stored === x + 0) return;
    throw new AsktellError(
      'space-conflict',
      `Parameter ${show(name)} must keep its value ${show(stored)}, not become ${show(x)}. Set each parameter once per trial.`,
    );
  }

  /** Inserts or replaces the objective values. */
  values(id: number, values: readonly number[]): void {
    for (const [objective, value] of values.entries()) {
      this.#connection.run(upsertValue, id, objective, finite(value), valueLabel(value));
    }
  }

  /**
   * Inserts or replaces an intermediate value.
   * @throws AsktellError `invalid-argument` for an invalid step, `invalid-value` for an invalid value
   */
  report(id: number, step: number, value: number): void {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new AsktellError(
        'invalid-argument',
        `report: step must be a non-negative integer, not ${show(step)}. Count steps from 0.`,
      );
    }
    if (typeof value !== 'number') {
      throw new AsktellError(
        'invalid-value',
        `report: value at step ${step} must be a number, not ${show(value)}. Report a number.`,
      );
    }
    this.#connection.run(upsertReport, id, step, finite(value), valueLabel(value));
  }

  /** Inserts or replaces an attribute. */
  attr(id: number, scope: 'user' | 'system', key: string, value: Json): void {
    checkName('An attribute key', key);
    this.#connection.run(scope === 'user' ? upsertUserAttr : upsertSystemAttr, id, key, pythonJson(value));
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

/** The number column of a labelled value. Adding 0 turns minus zero into zero. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}
