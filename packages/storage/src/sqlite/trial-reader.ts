import { type Distribution, type Json, keys, type TrialRecord } from '@asktell/core';
import { parseDatetime } from '../encoding/datetime.ts';
import { DistributionReader } from '../encoding/distribution-json.ts';
import { labelledValue } from '../encoding/labels.ts';
import { parsePythonJson } from '../encoding/python-json.ts';
import type { Connection } from './connection.ts';
import { ParamLists } from './param-lists.ts';
import { damaged } from './refresh.ts';
import type { StudyMirror, TrialRow } from './study-mirror.ts';

/**
 * Selects all child rows of one trial. The first column identifies the table. Python writes steps of 64 bits, and node:sqlite
 * refuses to read integers beyond 2^53, so steps are read as floating-point numbers.
 */
const selectChildren = `SELECT 0 AS kind, param_name AS a, param_value AS b, distribution_json AS c, param_id AS d FROM trial_params WHERE trial_id = ?
UNION ALL SELECT 1, objective, value, value_type, 0 FROM trial_values WHERE trial_id = ?
UNION ALL SELECT 2, CAST(step AS REAL), intermediate_value, intermediate_value_type, 0 FROM trial_intermediate_values WHERE trial_id = ?
UNION ALL SELECT 3, "key", value_json, 0, 0 FROM trial_user_attributes WHERE trial_id = ?
UNION ALL SELECT 4, "key", value_json, 0, 0 FROM trial_system_attributes WHERE trial_id = ?`;

/** As {@link selectChildren}, with the heartbeat that Optuna stores for running trials of studies with a `heartbeat_interval`. */
const selectRunningChildren = `${selectChildren}
UNION ALL SELECT 5, heartbeat, 0, 0, 0 FROM trial_heartbeats WHERE trial_id = ?`;

/** Selects the heartbeats of many trials. */
const selectHeartbeats = `SELECT c.trial_id, c.heartbeat
FROM trials t JOIN trial_heartbeats c ON c.trial_id = t.trial_id WHERE t.study_id = ? AND t.trial_id BETWEEN ? AND ?`;

const selectOwner = `SELECT value_json FROM trial_system_attributes WHERE trial_id = ? AND "key" = '${keys.owner}'`;

/** Selects the child rows of many trials, one statement per table. */
const selectMany = [
  `SELECT c.trial_id, c.param_name AS a, c.param_value AS b, c.distribution_json AS c, c.param_id AS d
FROM trials t JOIN trial_params c ON c.trial_id = t.trial_id WHERE t.study_id = ? AND t.trial_id BETWEEN ? AND ? ORDER BY t.trial_id, c.param_id`,
  `SELECT c.trial_id, c.objective AS a, c.value AS b, c.value_type AS c
FROM trials t JOIN trial_values c ON c.trial_id = t.trial_id WHERE t.study_id = ? AND t.trial_id BETWEEN ? AND ? ORDER BY t.trial_id`,
  `SELECT c.trial_id, CAST(c.step AS REAL) AS a, c.intermediate_value AS b, c.intermediate_value_type AS c
FROM trials t JOIN trial_intermediate_values c ON c.trial_id = t.trial_id WHERE t.study_id = ? AND t.trial_id BETWEEN ? AND ? ORDER BY t.trial_id`,
  `SELECT c.trial_id, c."key" AS a, c.value_json AS b
FROM trials t JOIN trial_user_attributes c ON c.trial_id = t.trial_id WHERE t.study_id = ? AND t.trial_id BETWEEN ? AND ? ORDER BY t.trial_id`,
  `SELECT c.trial_id, c."key" AS a, c.value_json AS b
FROM trials t JOIN trial_system_attributes c ON c.trial_id = t.trial_id WHERE t.study_id = ? AND t.trial_id BETWEEN ? AND ? ORDER BY t.trial_id`,
] as const;

/** Trials per query. Larger chunks are not faster and would hold a large study in memory twice. */
const chunk = 500;

/** A record under construction. */
type Draft = { -readonly [K in keyof TrialRecord]: TrialRecord[K] };

/** Reads trials with their child rows, inside a transaction. */
export class TrialReader {
  readonly #connection: Connection;
  readonly #distributions = new DistributionReader();
  readonly #names = new Map<string, string>();
  readonly #params = new ParamLists();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Reads one trial. */
  one(row: TrialRow): TrialRecord {
    const draft = newDraft(row);
    const { id } = row;
    this.#params.clear();
    const children =
      row.state === 'running'
        ? this.#connection.all(selectRunningChildren, id, id, id, id, id, id)
        : this.#connection.all(selectChildren, id, id, id, id, id);
    for (const [kind, a, b, c, d] of children) {
      if (kind === 0) this.#addParam(id, a, b, c, d);
      else if (kind === 5) setHeartbeat(draft, a);
      else this.#add(kind as number, draft, id, a, b, c);
    }
    this.#params.moveTo(draft);
    return this.#finish(draft, id);
  }

  /** Adds a running trial to the change log of the mirror if its owner has changed since the last call. */
  watchOwner(mirror: StudyMirror, number: number): void {
    if (!mirror.unfinished.has(number)) return;
    const text = this.#connection.first(selectOwner, mirror.idOf(number))?.[0] as string | undefined;
    if (mirror.owners.has(number) && mirror.owners.get(number) === text) return;
    mirror.owners.set(number, text);
    mirror.touch(number);
  }

  /** Reads the trials with numbers from `from` to `to - 1`. */
  some(mirror: StudyMirror, from: number, to: number): readonly TrialRecord[] {
    const drafts: Draft[] = [];
    for (let start = from; start < to; start += chunk)
      for (const draft of this.#readChunk(mirror, start, Math.min(start + chunk, to))) drafts.push(draft);
    return drafts;
  }

  /** Reads all trials of a study, ascending by number, and adds their parameter names to the mirror. */
  all(mirror: StudyMirror): readonly TrialRecord[] {
    const drafts = this.some(mirror, 0, mirror.size);
    let names: readonly string[] | undefined;
    for (const draft of drafts) {
      // Consecutive trials usually share the list.
      if (draft.names !== names) learnNames(mirror, draft);
      names = draft.names;
    }
    const [firstUnfinished] = mirror.unfinished;
    mirror.namesKnownBelow = firstUnfinished === undefined ? mirror.lastId + 1 : mirror.idOf(firstUnfinished);
    return drafts;
  }

  #readChunk(mirror: StudyMirror, from: number, to: number): readonly Draft[] {
    const drafts: Draft[] = [];
    for (let number = from; number < to; number++) drafts.push(newDraft(mirror.row(number)));
    const span = [mirror.ref.id, mirror.idOf(from), mirror.idOf(to - 1)] as const;
    let draft = drafts[0] as Draft;
    let current = mirror.idOf(from);
    const moveToTrial = (id: number): void => {
      if (id === current) return;
      this.#params.moveTo(draft);
      current = id;
      draft = drafts[mirror.numberOf(id) - from] as Draft;
    };
    this.#params.clear();
    selectMany.forEach((sql, kind) => {
      for (const [id, a, b, c, d] of this.#connection.all(sql, ...span)) {
        moveToTrial(id as number);
        if (kind === 0) this.#addParam(current, a, b, c, d);
        else this.#add(kind, draft, current, a, b, c);
      }
      this.#params.moveTo(draft);
    });
    if (drafts.some(({ state }) => state === 'running'))
      for (const [id, heartbeat] of this.#connection.all(selectHeartbeats, ...span))
        setHeartbeat(drafts[mirror.numberOf(id as number) - from] as Draft, heartbeat);
    for (const done of drafts) this.#finish(done, mirror.idOf(done.number));
    return drafts;
  }

  /**
   * Parses a stored distribution of the trial with row id `id`.
   * @throws AsktellError `storage-corrupt`
   */
  distribution(text: unknown, id: number): Distribution {
    try {
      return this.#distributions.read(text as string);
    } catch {
      throw damaged(this.#connection.place, `trial_id ${id} has the distribution ${String(text)}`);
    }
  }

  #addParam(id: number, name: unknown, value: unknown, dist: unknown, order: unknown): void {
    let known = this.#names.get(name as string);
    if (known === undefined) {
      known = String(name);
      this.#names.set(known, known);
    }
    this.#params.add(
      known,
      this.distribution(dist, id),
      value === null ? Number.NaN : (value as number),
      order as number,
    );
  }

  #add(kind: number, draft: Draft, id: number, a: unknown, b: unknown, c: unknown): void {
    if (kind === 1) {
      draft.values ??= [];
      (draft.values as number[])[a as number] = this.#value('trial_values', id, b, c);
    } else if (kind === 2) {
      draft.reports ??= { steps: [], values: [] };
      (draft.reports.steps as number[]).push(a as number);
      (draft.reports.values as number[]).push(this.#value('trial_intermediate_values', id, b, c));
    } else {
      const scope = kind === 3 ? 'userAttrs' : 'systemAttrs';
      draft[scope] ??= new Map();
      (draft[scope] as Map<string, Json>).set(a as string, this.#json(b, a as string, id));
    }
  }

  #value(table: string, id: number, value: unknown, label: unknown): number {
    const number = labelledValue(value, label);
    if (number === undefined)
      throw damaged(this.#connection.place, `${table} of trial_id ${id} contains ${String(value)} as ${String(label)}`);
    return number;
  }

  #json(text: unknown, key: string, id: number): Json {
    try {
      if (typeof text !== 'string') throw new SyntaxError('not a text');
      return parsePythonJson(text);
    } catch {
      throw damaged(this.#connection.place, `attribute ${key} of trial_id ${id} is ${String(text)}`);
    }
  }

  #finish(draft: Draft, id: number): TrialRecord {
    const { values, reports } = draft;
    // Optuna cannot read trials with a missing objective either.
    if (values?.includes(undefined as unknown as number) === true) {
      throw damaged(this.#connection.place, `trial_values of trial_id ${id} has gaps`);
    }
    if (reports !== null && reports.steps.length > 1) draft.reports = ascending(reports);
    return draft;
  }
}

const noNames: readonly string[] = [];
const noDists: readonly Distribution[] = [];
const noX: readonly number[] = [];

function newDraft({ number, state, startedAt, finishedAt }: TrialRow): Draft {
  return {
    number,
    state,
    names: noNames,
    dists: noDists,
    x: noX,
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt,
    finishedAt,
  };
}

/**
 * Sets the heartbeat of a running trial. Optuna takes it from the clock of SQLite, which is in UTC whatever the zone of the
 * other date-times. One that cannot be read counts as none, because it says nothing about results.
 */
function setHeartbeat(draft: Draft, text: unknown): void {
  const stamp = draft.state === 'running' && typeof text === 'string' ? parseDatetime(text, 'utc') : Number.NaN;
  if (!Number.isNaN(stamp)) draft.heartbeatAt = stamp;
}

/** Sorts reports by step. They are already sorted unless the index was dropped. */
function ascending(reports: NonNullable<TrialRecord['reports']>): NonNullable<TrialRecord['reports']> {
  const { steps, values } = reports;
  if (steps.every((step, i) => i === 0 || (steps[i - 1] as number) < step)) return reports;
  const by = steps.map((_, i) => i).sort((i, j) => (steps[i] as number) - (steps[j] as number));
  return { steps: by.map((i) => steps[i] as number), values: by.map((i) => values[i] as number) };
}

/** Adds the parameter names of a record to the mirror. */
export function learnNames(mirror: StudyMirror, { names, dists }: TrialRecord): void {
  for (let i = 0; i < names.length; i++)
    if (!mirror.dists.has(names[i] as string)) mirror.dists.set(names[i] as string, dists[i] as Distribution);
}
