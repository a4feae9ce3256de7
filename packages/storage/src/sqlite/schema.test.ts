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

/** Objects of a database; layout inside statements (Optuna indents with tabs) does not count. */
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

test('a new database has the very tables and indexes that Optuna creates', async () => {
  expect(schemaOf(await created())).toEqual(schemaOf(optunasFile()));
});

test('columns, keys and references agree too', async () => {
  const [ours, optunas] = [await created(), optunasFile()];
  for (const { name } of schemaOf(optunas).filter(({ type }) => type === 'table')) {
    for (const pragma of ['table_info', 'foreign_key_list', 'index_list']) {
      expect(ours.pragma(`${pragma}(${name})`), `${pragma} of ${name}`).toEqual(optunas.pragma(`${pragma}(${name})`));
    }
  }
});

test('both version rows are there', async () => {
  const db = await created();
  expect(db.prepare('SELECT * FROM version_info').raw().all()).toEqual([[1, schemaVersion, libraryVersion]]);
  expect(db.prepare('SELECT * FROM alembic_version').raw().all()).toEqual([[revision]]);
});

test('no pragma is left behind that Optuna would not set', async () => {
  const db = await created();
  expect(['user_version', 'application_id', 'encoding'].map((name) => db.pragma(name, { simple: true }))).toEqual([
    0,
    0,
    'UTF-8',
  ]);
});
