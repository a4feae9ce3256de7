import { AsktellError, type StudyRef, show, type TrialState } from '@asktell/core';
import { type DatetimeZone, parseDatetime } from '../encoding/datetime.ts';
import { stateLabels, stateOf } from '../encoding/labels.ts';
import { parsePythonJson } from '../encoding/python-json.ts';
import type { Connection } from './connection.ts';
import type { Row } from './driver.ts';
import type { StudyMirror, TrialRow } from './study-mirror.ts';

const selectStudy = `SELECT s.study_name, a.value_json, (SELECT count(*) FROM study_directions d WHERE d.study_id = s.study_id) AS objectives
FROM studies s LEFT JOIN study_system_attributes a ON a.study_id = s.study_id AND a."key" = 'asktell:epoch'
WHERE s.study_id = ?`;

const columns = 'trial_id, state, datetime_start, datetime_complete';
const selectTrial = `SELECT ${columns} FROM trials WHERE trial_id = ? AND study_id = ?`;
const selectOtherThan = `SELECT ${columns} FROM trials WHERE trial_id BETWEEN ? AND ? AND state <> ? AND study_id = ?`;
const selectNew = `SELECT ${columns} FROM trials WHERE study_id = ? AND trial_id > ? ORDER BY trial_id LIMIT ?`;

/** Rows per query. Larger chunks are not faster and would hold a large study in memory twice. */
const chunk = 2000;

/** A study that was found by its id. */
export interface MatchedStudy {
  readonly objectives: number;
  readonly epoch: string | null;
}

/**
 * Checks that the study of `ref` still exists. A reference without an epoch matches every study with its id and name.
 * @returns the study, `'other'` if another one has its id, or `undefined` if no study has its id
 */
export function matchStudy(connection: Connection, ref: StudyRef): MatchedStudy | 'other' | undefined {
  const row = typeof ref.id === 'number' ? connection.first(selectStudy, ref.id) : undefined;
  if (row === undefined) return undefined;
  const [name, text, objectives] = row;
  const epoch = epochOf(text);
  const isSame = name === ref.name && (ref.epoch === null || epoch === ref.epoch);
  return isSame ? { objectives: objectives as number, epoch } : 'other';
}

/** Parses the epoch attribute of a study. Returns `null` for studies that Optuna created. */
export function epochOf(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  try {
    const value = parsePythonJson(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/**
 * Brings a mirror up to date, inside a transaction. Queries new rows and the states of unfinished trials, since other
 * connections can change nothing else. Queries nothing when no other connection has committed.
 * @returns false if the study was deleted
 */
export function refresh(connection: Connection, mirror: StudyMirror, zone: DatetimeZone): boolean {
  const version = connection.dataVersion();
  if (version === mirror.dataVersion) return true;
  const first = Number.isNaN(mirror.dataVersion);
  if (!first && typeof matchStudy(connection, mirror.ref) !== 'object') return false;
  if (!first && mirror.ref.epoch === null && !isSameStudy(connection, mirror, zone)) return false;
  const take = (row: TrialRow): void => {
    mirror.put(row);
    // Rows of the first refresh need no change log entry, because readers without a cursor get all rows.
    if (!first) mirror.touch(row.number);
  };
  refreshUnfinished(connection, mirror, (number, row) => take(decode(row, number, zone, connection.place)));
  let rows: readonly Row[];
  do {
    rows = connection.all(selectNew, mirror.ref.id, mirror.lastId, chunk);
    for (const row of rows) take(decode(row, mirror.size, zone, connection.place));
  } while (rows.length === chunk);
  mirror.dataVersion = version;
  return true;
}

/** Whether the trials of a study without an epoch are those that were read. */
function isSameStudy(connection: Connection, { size, lastId, ref, witness }: StudyMirror, zone: DatetimeZone): boolean {
  if (size > 0 && connection.first(selectTrial, lastId, ref.id) === undefined) return false;
  return witness === null || startOf(connection, witness.id, ref, zone) === witness.startedAt;
}

/** The start of a trial in microseconds since 1970. `undefined` if the study has no such trial, or if it has no start. */
export function startOf(
  connection: Connection,
  id: number,
  { id: study }: StudyRef,
  zone: DatetimeZone,
): number | undefined {
  const text = connection.first(selectTrial, id, study as number)?.[2];
  return typeof text === 'string' ? parseDatetime(text, zone) : undefined;
}

/** Finds unfinished trials whose state has changed. A run of trials in the same state, a queue for example, is one query. */
function refreshUnfinished(
  connection: Connection,
  mirror: StudyMirror,
  changed: (number: number, row: Row) => void,
): void {
  const query = (from: number, to: number, state: TrialState): void => {
    const found = connection.all(
      selectOtherThan,
      mirror.idOf(from),
      mirror.idOf(to),
      stateLabels[state],
      mirror.ref.id,
    );
    for (const row of found) changed(mirror.numberOf(row[0] as number), row);
  };
  let from = -1;
  let to = -1;
  let state: TrialState = 'waiting';
  for (const number of [...mirror.unfinished]) {
    if (from >= 0 && number === to + 1 && mirror.stateOf(number) === state) {
      to = number;
      continue;
    }
    if (from >= 0) query(from, to, state);
    from = number;
    to = number;
    state = mirror.stateOf(number);
  }
  if (from >= 0) query(from, to, state);
}

function decode(row: Row, number: number, zone: DatetimeZone, place: string): TrialRow {
  const [id, label, started, finished] = row as readonly [number, unknown, unknown, unknown];
  const state = stateOf(label);
  if (state === undefined) throw damaged(place, `trial_id ${id} has the unknown state ${show(label)}`);
  return {
    id,
    number,
    state,
    startedAt: stampOf(started, id, zone, place),
    finishedAt: stampOf(finished, id, zone, place),
  };
}

function stampOf(text: unknown, id: number, zone: DatetimeZone, place: string): number | null {
  if (text === null) return null;
  const stamp = typeof text === 'string' ? parseDatetime(text, zone) : Number.NaN;
  if (Number.isNaN(stamp)) throw damaged(place, `trial_id ${id} has the date ${show(text)}`);
  return stamp;
}

/** The error `storage-corrupt` of a row that Optuna cannot read either. */
export function damaged(place: string, what: string): AsktellError {
  return new AsktellError(
    'storage-corrupt',
    `${place}: ${what}, which neither Asktell nor Optuna can read. Repair or delete that row.`,
  );
}
