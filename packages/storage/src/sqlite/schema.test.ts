import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { SqliteStorage } from './index.ts';
import { libraryVersion, revision, schemaVersion } from './schema.ts';

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** The schema of a database with normalized whitespace, because Optuna indents with tabs. */
function schemaOf(db: Database.Database): readonly SchemaRow[] {
  const rows = db.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all() as SchemaRow[];
  return rows.map((row) => ({
    ...row,
    sql: row.sql?.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')').replace(/ ,/g, ',') ?? null,
  }));
}

function optunasFile(): Database.Database {
  return new Database(readFileSync(new URL('../../fixtures/optuna-mixed.db', import.meta.url)));
}

async function created(): Promise<Database.Database> {
  const db = new Database(':memory:');
  const storage = new SqliteStorage(db);
  expect(await storage.listStudies()).toEqual([]);
  return db;
}

test('a new database has the same tables and indexes as one of Optuna', async () => {
  expect(schemaOf(await created())).toEqual(schemaOf(optunasFile()));
});

test('columns, keys and references are equal, too', async () => {
  const [ours, optunas] = [await created(), optunasFile()];
  for (const { name } of schemaOf(optunas).filter(({ type }) => type === 'table')) {
    for (const pragma of ['table_info', 'foreign_key_list', 'index_list']) {
      expect(ours.pragma(`${pragma}(${name})`), `${pragma} of ${name}`).toEqual(optunas.pragma(`${pragma}(${name})`));
    }
  }
});

test('both version rows exist', async () => {
  const db = await created();
  expect(db.prepare('SELECT * FROM version_info').raw().all()).toEqual([[1, schemaVersion, libraryVersion]]);
  expect(db.prepare('SELECT * FROM alembic_version').raw().all()).toEqual([[revision]]);
});

test('the persistent pragmas have the values that Optuna sets', async () => {
  const db = await created();
  expect(['user_version', 'application_id', 'encoding'].map((name) => db.pragma(name, { simple: true }))).toEqual([
    0,
    0,
    'UTF-8',
  ]);
});
