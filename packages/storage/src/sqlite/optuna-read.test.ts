import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  copyStudy,
  type Json,
  keys,
  MemoryStorage,
  type StudyRecord,
  type TrialRecord,
  toExternal,
} from '@asktell/core';
import { afterAll, describe, expect, test } from 'vitest';
import { parsePythonJson } from '../encoding/python-json.ts';
import { SqliteStorage } from './index.ts';

/** The contents of a fixture as Optuna reports them; see fixtures/generate_fixtures.py. */
interface Expected {
  readonly studies: readonly ExpectedStudy[];
}
interface ExpectedStudy {
  readonly study_id: number;
  readonly study_name: string;
  readonly directions: readonly string[];
  readonly user_attrs: { readonly [key: string]: unknown };
  readonly system_attrs: { readonly [key: string]: unknown };
  readonly metric_names: readonly string[] | null;
  readonly trials: readonly ExpectedTrial[];
}
interface ExpectedTrial {
  readonly number: number;
  readonly state: string;
  readonly values: readonly unknown[] | null;
  readonly params: { readonly [name: string]: unknown };
  readonly internal_params: { readonly [name: string]: number };
  readonly distributions: {
    readonly [name: string]: {
      readonly kind: string;
      readonly low?: number;
      readonly high?: number;
      readonly log?: boolean;
      readonly step?: number | null;
      readonly choices?: readonly unknown[];
    };
  };
  readonly intermediate_values: readonly (readonly [number, unknown])[];
  readonly user_attrs: { readonly [key: string]: unknown };
  readonly system_attrs: { readonly [key: string]: unknown };
  readonly datetime_start: string | null;
  readonly datetime_start_utc: string | null;
  readonly datetime_complete: string | null;
  readonly datetime_complete_utc: string | null;
}

const folder = mkdtempSync(join(tmpdir(), 'asktell-optuna-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Decodes a dump, which uses objects for numbers that strict JSON lacks. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : (value as Json);
  if ('$float' in value) return Number(String(value.$float));
  if ('$int' in value) return BigInt(String(value.$int));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function sorted(attrs: Iterable<readonly [string, unknown]>): readonly (readonly [string, unknown])[] {
  return [...attrs].sort(([a], [b]) => (a < b ? -1 : 1));
}

const plainEntries = (attrs: { readonly [key: string]: unknown }): readonly (readonly [string, unknown])[] =>
  sorted(Object.entries(attrs).map(([key, value]) => [key, plain(value)] as const));

const iso = (us: number | null): string | null =>
  us === null
    ? null
    : `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}Z`;

function shown(trial: TrialRecord): unknown {
  return {
    number: trial.number,
    state: trial.state.toUpperCase(),
    values: trial.values,
    names: trial.names,
    params: trial.names.map((_, i) => toExternal(trial.dists[i] as never, trial.x[i] as number)),
    internal: Array.from(trial.x),
    dists: trial.dists,
    reports: (trial.reports?.steps ?? []).map((step, i) => [step, trial.reports?.values[i]]),
    userAttrs: sorted(trial.userAttrs ?? []),
    systemAttrs: sorted(trial.systemAttrs ?? []),
    startedAt: iso(trial.startedAt),
    finishedAt: iso(trial.finishedAt),
  };
}

function wanted(trial: ExpectedTrial, dates: 'utc' | 'local'): unknown {
  const names = Object.keys(trial.params);
  // The 4.9 file and its dump contain local times. Read with `datetimes: 'utc'`, they are taken as UTC.
  const date = (utc: string | null, local: string | null): string | null =>
    dates === 'utc' ? utc : local === null ? null : `${local}Z`;
  return {
    number: trial.number,
    state: trial.state,
    values: trial.values === null ? null : trial.values.map(plain),
    names,
    params: names.map((name) => plain(trial.params[name])),
    internal: names.map((name) => plain(trial.internal_params[name])),
    dists: names.map((name) => {
      const { kind, low, high, log, step, choices } = trial.distributions[
        name
      ] as ExpectedTrial['distributions'][string];
      return kind === 'categorical'
        ? { kind, choices: (choices as unknown[]).map(plain) }
        : { kind, low, high, log, step };
    }),
    reports: trial.intermediate_values.map(plain),
    userAttrs: plainEntries(trial.user_attrs),
    systemAttrs: plainEntries(trial.system_attrs),
    startedAt: date(trial.datetime_start_utc, trial.datetime_start),
    finishedAt: date(trial.datetime_complete_utc, trial.datetime_complete),
  };
}

/** Compares a study with Optuna's dump of it. */
async function compare(storage: SqliteStorage, study: ExpectedStudy, dates: 'utc' | 'local'): Promise<void> {
  const found = (await storage.findStudy(study.study_name)) as StudyRecord;
  expect(found.directions.map((direction) => direction.toUpperCase())).toEqual(
    study.directions.map((direction) => (direction === 'NOT_SET' ? 'MINIMIZE' : direction)),
  );
  expect(sorted(found.userAttrs)).toEqual(plainEntries(study.user_attrs));
  const systemAttrs = new Map(found.systemAttrs);
  expect(systemAttrs.get(keys.metricNames) ?? null).toEqual(study.metric_names);
  for (const key of systemAttrs.keys()) if (!(key in study.system_attrs)) systemAttrs.delete(key);
  expect(sorted(systemAttrs)).toEqual(plainEntries(study.system_attrs));
  const { trials } = await storage.pull(found.ref, null);
  expect(trials.map(shown)).toEqual(study.trials.map((trial) => wanted(trial, dates)));
}

describe.each([
  ['optuna-mixed.db', 'utc'],
  ['optuna-4.9.0-local.db', 'local'],
  ['rustuna-0.2.0.db', 'utc'],
] as const)('%s', (file, dates) => {
  const path = join(folder, file);
  copyFileSync(join(fixtures, file), path);
  const text = readFileSync(join(fixtures, `${file}.expected.json`), 'utf8');
  const { studies } = parsePythonJson(text) as unknown as Expected;
  const storage = new SqliteStorage(path);
  afterAll(() => storage.close());

  test('lists the studies that Optuna lists', async () => {
    const found = await storage.listStudies();
    expect(found.map(({ ref }) => [ref.id, ref.name, ref.epoch])).toEqual(
      studies.map((study) => [study.study_id, study.study_name, null]),
    );
  });

  const each = studies.map((study) => [study.study_name, study] as const);

  test.each(each)('reads %s as Optuna does', async (_name, study) => {
    await compare(storage, study, dates);
  });

  test.each(each)('copies %s to memory and back without a difference', async (name, study) => {
    const memory = new MemoryStorage();
    const to = new SqliteStorage(join(folder, `copies-of-${file}`));
    expect(await copyStudy({ from: { name, storage }, to: { storage: memory } })).toEqual({
      name,
      trials: study.trials.length,
    });
    await copyStudy({ from: { storage: memory }, to: { name, storage: to } });
    await compare(to, study, dates);
    await to.close();
  });

  test('trials read one by one are equal to trials read at once', async () => {
    for (const { ref } of await storage.listStudies()) {
      const { cursor, trials } = await storage.pull(ref, null);
      const again = await storage.pull(
        ref,
        cursor,
        trials.map(({ number }) => number),
      );
      expect(again.trials.map(shown)).toEqual(trials.map(shown));
    }
  });
});

test('local times are read as the right instants in local mode, and copied to files of either mode', async () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Asia/Tokyo'; // where the fixture was made
  try {
    const path = join(folder, 'local.db');
    copyFileSync(join(fixtures, 'optuna-4.9.0-local.db'), path);
    const text = readFileSync(join(fixtures, 'optuna-4.9.0-local.db.expected.json'), 'utf8');
    const local = new SqliteStorage(path, { datetimes: 'local' });
    const targets = [
      new SqliteStorage(join(folder, 'to-utc.db')),
      new SqliteStorage(join(folder, 'to-local.db'), { datetimes: 'local' }),
    ];
    for (const study of (parsePythonJson(text) as unknown as Expected).studies) {
      await compare(local, study, 'utc');
      for (const storage of targets) {
        await copyStudy({ from: { name: study.study_name, storage: local }, to: { storage } });
        await compare(storage, study, 'utc');
      }
    }
    for (const storage of [local, ...targets]) await storage.close();
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});
