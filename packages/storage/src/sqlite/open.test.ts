import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, isAsktellError, keys, type Storage, type StudyRecord } from '@asktell/core';
import { refused } from '@asktell/testing';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = fileURLToPath(new URL('../../fixtures/optuna-mixed.db', import.meta.url));

let path = '';
let files = 0;
beforeEach(() => {
  path = join(folder, `${files++}.db`);
});

const study = { name: 'study', directions: ['minimize'], systemAttrs: new Map([[keys.epoch, 'epoch']]) } as const;
const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function create(storage: Storage): Promise<StudyRecord> {
  return Promise.resolve(storage.createStudy(study));
}

/** Expects opening to fail with `code`, and the file to stay byte-equal without any WAL or journal file. */
async function untouched(code: ErrorCode, words: RegExp): Promise<void> {
  const before = hash(path);
  for (const action of [
    create,
    (storage: Storage) => storage.listStudies(),
    (storage: Storage) => storage.findStudy('study'),
  ]) {
    const storage = new SqliteStorage(path);
    const error = await refused(code, async () => action(storage));
    expect(error.message).toMatch(words);
    await storage.close();
  }
  expect(hash(path)).toBe(before);
  expect(['-wal', '-shm', '-journal'].filter((suffix) => existsSync(path + suffix))).toEqual([]);
}

function database(...statements: string[]): void {
  const db = new Database(path);
  for (const sql of statements) db.exec(sql);
  db.close();
}

describe('arguments', () => {
  test.each([[''], [undefined], [7], [{}], ['a\0b'], ['study.db ']])('%j is not a path', (source) => {
    expect(() => new SqliteStorage(source as string)).toThrow(
      expect.toSatisfy((error) => isAsktellError(error, 'invalid-argument')),
    );
  });

  test('a URL is rejected', () => {
    expect(() => new SqliteStorage('sqlite:///study.db')).toThrow(
      expect.toSatisfy((error) => isAsktellError(error, 'storage-url')),
    );
  });

  test.each([
    { durability: 'maybe' },
    { datetimes: 'Asia/Tokyo' },
    { create: 1 },
    { lockTimeoutMs: -1 },
    { durabilty: 'power' },
    null,
  ])('%j is rejected', (options) => {
    expect(() => new SqliteStorage('study.db', options as never)).toThrow(
      expect.toSatisfy((error) => isAsktellError(error, 'invalid-argument')),
    );
  });

  test('capabilities contain the URL that opens the storage again', () => {
    expect(new SqliteStorage(path).capabilities).toEqual({ shared: true, durable: true, url: `sqlite:///${path}` });
    expect(new SqliteStorage(':memory:').capabilities).toEqual({ shared: false, durable: false, url: null });
    expect(new SqliteStorage(new Database(':memory:')).capabilities).toMatchObject({ shared: false, durable: false });
  });
});

describe('a path without a database', () => {
  test('the constructor does not touch the disk', () => {
    new SqliteStorage(path);
    expect(existsSync(path)).toBe(false);
  });

  test('a missing file is created, also by a read', async () => {
    const storage = new SqliteStorage(path);
    expect(await storage.findStudy('study')).toBeUndefined();
    await storage.close();
    expect(await new SqliteStorage(path, { create: false }).listStudies()).toEqual([]);
  });

  test('an empty file is filled', async () => {
    writeFileSync(path, '');
    expect((await create(new SqliteStorage(path))).ref.name).toBe('study');
  });

  test('with create: false, a missing or empty file is rejected and not changed', async () => {
    await refused('storage-open', () => new SqliteStorage(path, { create: false }).listStudies());
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    await refused('storage-open', () => new SqliteStorage(path, { create: false }).listStudies());
    expect(readFileSync(path).length).toBe(0);
  });

  test('a folder and a missing folder', async () => {
    mkdirSync(path);
    expect((await refused('storage-open', () => create(new SqliteStorage(path)))).message).toMatch(/folder/);
    await refused('storage-open', () => create(new SqliteStorage(join(folder, 'no', 'such', 'study.db'))));
    expect(existsSync(join(folder, 'no'))).toBe(false);
    const file = join(folder, 'file');
    writeFileSync(file, 'x');
    await refused('storage-open', () => create(new SqliteStorage(join(file, 'study.db'))));
    await refused('storage-open', () => create(new SqliteStorage(join(folder, 'x'.repeat(300)))));
  });

  test('opening can be retried after an error', async () => {
    mkdirSync(path);
    const storage = new SqliteStorage(path);
    await refused('storage-open', () => storage.listStudies());
    rmSync(path, { recursive: true });
    expect(await storage.listStudies()).toEqual([]);
  });
});

describe('foreign files', () => {
  test.each([
    ['of one byte', 'x'],
    ['of a few lines', 'trial,value\n1,2\n'],
    ['of many pages', 'x'.repeat(100_000)],
  ])('a text file %s', async (_, text) => {
    writeFileSync(path, text);
    await untouched('storage-foreign', /not an SQLite database/);
  });

  test('a database with other tables', async () => {
    database('CREATE TABLE customers (id INTEGER PRIMARY KEY)');
    await untouched('storage-foreign', /customers/);
  });

  test('a database that happens to have a table of the same name', async () => {
    database('CREATE TABLE studies (title TEXT)', 'CREATE TABLE trials (id INTEGER)');
    await untouched('storage-foreign', /other tables/);
  });
});

describe('schema versions', () => {
  beforeEach(() => copyFileSync(fixture, path));

  test('an older revision: optuna upgrades it', async () => {
    database("UPDATE alembic_version SET version_num = 'v3.0.0.d'");
    await untouched('storage-version', /v3\.0\.0\.d.*optuna storage upgrade --storage/);
  });

  test('the whole path is shown, and the command can be pasted', async () => {
    const deep = join(folder, 'x'.repeat(90), "it's here");
    mkdirSync(deep, { recursive: true });
    path = join(deep, 'study of 2021.db');
    copyFileSync(fixture, path);
    database("UPDATE alembic_version SET version_num = 'v3.0.0.d'");
    const error = await refused('storage-version', () => new SqliteStorage(path).listStudies());
    expect(error.message).toContain(JSON.stringify(path));
    const command = `optuna storage upgrade --storage 'sqlite:///${path.replace("'", "'\\''")}'`;
    expect(error.message.endsWith(`: ${command}`)).toBe(true);
  });

  test('an unknown revision: a newer Asktell reads it', async () => {
    database("UPDATE alembic_version SET version_num = 'v9.0.0.a'");
    await untouched('storage-version', /v9\.0\.0\.a.*newest Asktell/);
  });

  test('two revisions, or none with another schema version', async () => {
    database("INSERT INTO alembic_version VALUES ('v3.0.0.d')");
    await untouched('storage-version', /v3\.0\.0\.d/);
    database('DELETE FROM alembic_version', 'UPDATE version_info SET schema_version = 11');
    await untouched('storage-version', /none/);
  });

  test('missing version rows and tables are added, as Optuna does', async () => {
    database('DROP TABLE alembic_version', 'DELETE FROM version_info', 'DROP TABLE trial_heartbeats');
    await refused('storage-foreign', async () => {
      const other = new Database(path);
      other.exec('DROP TABLE version_info');
      other.close();
      return new SqliteStorage(path).listStudies();
    });
    copyFileSync(fixture, path);
    database('DELETE FROM alembic_version', 'DROP TABLE trial_heartbeats');
    const storage = new SqliteStorage(path);
    expect((await storage.listStudies()).length).toBe(21);
    await storage.close();
    const db = new Database(path);
    expect(db.prepare('SELECT * FROM alembic_version').raw().all()).toEqual([['v3.2.0.a']]);
    expect(db.prepare('SELECT count(*) FROM trial_heartbeats').raw().get()).toEqual([0]);
    db.close();
  });

  test('extra columns and other indexes do no harm', async () => {
    database(
      'ALTER TABLE trials ADD COLUMN discarded_at DATETIME',
      'ALTER TABLE studies ADD COLUMN note TEXT',
      'DROP INDEX ix_trials_study_id',
      'CREATE INDEX trials_study_id_key ON trials (study_id, state)',
      'CREATE TABLE artifacts (id INTEGER)',
    );
    const storage = new SqliteStorage(path);
    const found = (await storage.findStudy('single-mixed')) as StudyRecord;
    expect((await storage.pull(found.ref, null)).trials.length).toBe(27);
    expect(
      (
        await storage.ask(found.ref, null, {
          fresh: [],
          owner: null,
          plan: () => ({ write: [], take: [], create: 1 }),
          fill: null,
        })
      ).granted,
    ).toEqual([27]);
    await storage.close();
  });
});

describe('read-only, damaged and full media', () => {
  test('a read-only file can be read, and a write reports it', async () => {
    copyFileSync(fixture, path);
    const before = hash(path);
    const storage = new SqliteStorage(new Database(path, { readonly: true }));
    const found = (await storage.findStudy('single-mixed')) as StudyRecord;
    expect((await storage.pull(found.ref, null)).trials.length).toBe(27);
    await refused('storage-readonly', () => create(storage));
    await refused('storage-readonly', () => storage.write(found.ref, null, []));
    expect((await storage.listStudies()).length).toBe(21);
    await storage.close();
    expect(hash(path)).toBe(before);
  });

  test('reading does not change the file', async () => {
    copyFileSync(fixture, path);
    const before = hash(path);
    const storage = new SqliteStorage(path);
    for (const { ref } of await storage.listStudies()) await storage.pull(ref, null);
    await storage.close();
    expect(hash(path)).toBe(before);
  });

  test('a damaged file', async () => {
    copyFileSync(fixture, path);
    truncateSync(path, 8192 + 100);
    await untouched('storage-corrupt', /damaged/);
  });

  test('damaged pages further in', async () => {
    copyFileSync(fixture, path);
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096, bytes.length);
    writeFileSync(path, bytes);
    await untouched('storage-corrupt', /damaged/);
  });

  test('a full disk: nothing more is stored, and stored data is kept', async () => {
    const db = new Database(path);
    const storage = new SqliteStorage(db);
    const { ref } = await create(storage);
    await storage.write(ref, null, []);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 8}`);
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 1000; i++)
        await storage.setStudyAttrs(ref, [{ scope: 'user', key: `k${i}`, value: 'x'.repeat(900) }]);
    };
    await refused('storage-full', fill);
    const kept = (await storage.findStudy('study'))?.userAttrs.size as number;
    expect(kept).toBeGreaterThan(0);
    db.pragma('max_page_count = 100000');
    await fill();
    expect((await storage.findStudy('study'))?.userAttrs.size).toBe(1000);
    await storage.close();
  });

  test('rows that Optuna cannot read either are reported', async () => {
    const poison: readonly [string, RegExp][] = [
      ["UPDATE trials SET state = 'complete' WHERE trial_id = 2", /trial_id 2 .*state/],
      ["UPDATE trials SET datetime_start = 'yesterday' WHERE trial_id = 3", /trial_id 3 .*date/],
      ["UPDATE trial_params SET distribution_json = '{}' WHERE trial_id = 1", /trial_id 1 .*distribution/],
      ['UPDATE trial_values SET value = NULL WHERE trial_id = 1', /trial_id 1 /],
      ["UPDATE trial_user_attributes SET value_json = '{' WHERE trial_id = 1", /trial_id 1 /],
      ['UPDATE trial_user_attributes SET value_json = NULL WHERE trial_id = 1', /trial_id 1 /],
    ];
    for (const [sql, words] of poison) {
      copyFileSync(fixture, path);
      database(sql);
      const storage = new SqliteStorage(path);
      const found = (await storage.findStudy('single-mixed')) as StudyRecord;
      expect((await refused('storage-corrupt', () => storage.pull(found.ref, null))).message).toMatch(words);
      await storage.close();
    }
  });
});
