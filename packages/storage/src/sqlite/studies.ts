import {
  AsktellError,
  type Json,
  type NewStudy,
  type StudyAttr,
  type StudyRecord,
  type StudyRef,
  show,
  studyExists,
} from '@asktell/core';
import { directionLabel, directionOf } from '../encoding/labels.ts';
import { parsePythonJson, pythonJson } from '../encoding/python-json.ts';
import { checkName } from './checks.ts';
import type { Connection } from './connection.ts';
import { damaged } from './refresh.ts';

const insertStudy = 'INSERT INTO studies (study_name) VALUES (?)';
const insertDirection = 'INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)';
const selectByName = 'SELECT study_id, study_name FROM studies WHERE study_name = ?';
const selectStudies = 'SELECT study_id, study_name FROM studies ORDER BY study_id';
const selectDirections = 'SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective';
const selectUserAttrs = 'SELECT "key", value_json FROM study_user_attributes WHERE study_id = ?';
const selectSystemAttrs = 'SELECT "key", value_json FROM study_system_attributes WHERE study_id = ?';
const upsertUserAttr = `INSERT INTO study_user_attributes (study_id, "key", value_json) VALUES (?, ?, ?)
ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json`;
const upsertSystemAttr = `INSERT INTO study_system_attributes (study_id, "key", value_json) VALUES (?, ?, ?)
ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json`;

/** Deletes child rows first, because the schema has no cascades and some drivers enforce foreign keys. */
const deletions = [
  ...[
    'trial_params',
    'trial_values',
    'trial_intermediate_values',
    'trial_user_attributes',
    'trial_system_attributes',
    'trial_heartbeats',
  ].map((table) => `DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`),
  ...['trials', 'study_directions', 'study_user_attributes', 'study_system_attributes', 'studies'].map(
    (table) => `DELETE FROM ${table} WHERE study_id = ?`,
  ),
];

/**
 * Inserts a study with its directions and system attributes.
 * @throws AsktellError `study-exists`
 */
export function createStudy(connection: Connection, { name, directions, systemAttrs }: NewStudy): StudyRecord {
  if (findStudy(connection, name) !== undefined) throw studyExists(name);
  const id = connection.insert(insertStudy, name);
  // Optuna reads the directions in the order of insertion.
  for (const [objective, direction] of directions.entries()) {
    connection.run(insertDirection, directionLabel(direction), id, objective);
  }
  for (const [key, value] of systemAttrs) setStudyAttr(connection, id, { scope: 'system', key, value });
  return readStudy(connection, id, name);
}

/**
 * Checks the name and the directions of a new study.
 * @throws AsktellError `invalid-argument`
 */
export function checkStudy({ name, directions }: NewStudy): void {
  checkName('A study name', name);
  if (directions.length === 0)
    throw new AsktellError('invalid-argument', `Study ${show(name)} must have at least one direction. Pass one.`);
}

/** The study with this name, or `undefined`. */
export function findStudy(connection: Connection, name: string): StudyRecord | undefined {
  const row = connection.first(selectByName, name);
  return row === undefined ? undefined : readStudy(connection, row[0] as number, row[1] as string);
}

/** All studies in order of creation. */
export function listStudies(connection: Connection): readonly StudyRecord[] {
  return connection.all(selectStudies).map(([id, name]) => readStudy(connection, id as number, name as string));
}

/**
 * Inserts or replaces an attribute of a study.
 * @throws AsktellError `invalid-argument`
 */
export function setStudyAttr(connection: Connection, id: number, { scope, key, value }: StudyAttr): void {
  checkName('An attribute key', key);
  connection.run(scope === 'user' ? upsertUserAttr : upsertSystemAttr, id, key, pythonJson(value));
}

/** Deletes a study with all its trials. */
export function deleteStudy(connection: Connection, id: number): void {
  for (const sql of deletions) connection.run(sql, id);
}

function readStudy(connection: Connection, id: number, name: string): StudyRecord {
  const directions = connection.all(selectDirections, id).map(([label]) => {
    const direction = directionOf(label);
    if (direction === undefined)
      throw damaged(connection.place, `study ${show(name)} has the direction ${show(label)}`);
    return direction;
  });
  const userAttrs = readAttrs(connection, selectUserAttrs, id, name);
  const systemAttrs = readAttrs(connection, selectSystemAttrs, id, name);
  const epoch = systemAttrs.get('asktell:epoch');
  const ref: StudyRef = { id, name, epoch: typeof epoch === 'string' ? epoch : null };
  return { ref, directions, userAttrs, systemAttrs };
}

function readAttrs(connection: Connection, sql: string, id: number, name: string): ReadonlyMap<string, Json> {
  const attrs = new Map<string, Json>();
  for (const [key, text] of connection.all(sql, id)) {
    try {
      if (typeof text !== 'string') throw new SyntaxError('not a text');
      attrs.set(key as string, parsePythonJson(text));
    } catch {
      throw damaged(connection.place, `attribute ${show(key)} of study ${show(name)} is ${show(text)}`);
    }
  }
  return attrs;
}
