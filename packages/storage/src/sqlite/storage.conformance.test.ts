import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testStorage, testTrialLife } from '@asktell/testing';
import Database from 'better-sqlite3';
import { afterAll } from 'vitest';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paths = new WeakMap<object, string>();
let files = 0;

function at(path: string): SqliteStorage {
  const storage = new SqliteStorage(path);
  paths.set(storage, path);
  return storage;
}

const again = (storage: object): SqliteStorage => at(paths.get(storage) as string);

const file = {
  open: () => at(join(folder, `${files++}.db`)),
  second: again,
  reopen: again,
};

testStorage('sqlite file', file);
testTrialLife('sqlite file', {
  ...file,
  heartbeat: (storage, study, number, at) => {
    const database = new Database(paths.get(storage));
    database
      .prepare(
        'INSERT INTO trial_heartbeats (trial_id, heartbeat) SELECT trial_id, ? FROM trials WHERE study_id = ? AND number = ?',
      )
      .run(new Date(at / 1000).toISOString().replace('T', ' ').replace('Z', ''), study.id, number);
    database.close();
  },
});

testStorage('sqlite in memory', { open: () => new SqliteStorage(':memory:') });
