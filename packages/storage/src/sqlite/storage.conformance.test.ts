import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testStorage, testTrialLife } from '@asktell/testing';
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
testTrialLife('sqlite file', file);

testStorage('sqlite in memory', { open: () => new SqliteStorage(':memory:') });
