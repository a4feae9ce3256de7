/** Choices that Optuna supports and we cannot represent: floats such as `1.0`, lists, integers beyond 2^53. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AskRequest, categorical, copyStudy, MemoryStorage } from '@asktell/core';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-choices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text =
  '{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, [1, NaN], 1180591620717411303425, [1180591620717411303425]]}}';

/** The parameter rows in a file. */
function stored(file: string): readonly unknown[] {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare('SELECT param_value, distribution_json FROM trial_params ORDER BY param_id').raw().all();
  db.close();
  return rows;
}

test('keep their stored text when we continue the study, and in copies', async () => {
  const file = join(folder, 'choices.db');
  const storage = new SqliteStorage(file);
  const systemAttrs = new Map([['asktell:epoch', 'e']]);
  const { ref } = await storage.createStudy({ name: 'a', directions: ['minimize'], systemAttrs });
  const one: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };
  await storage.ask(ref, null, one);
  const db = new Database(file);
  db.prepare('INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (1, ?, 3, ?)').run(
    'c',
    text,
  );
  db.close();

  const { trials } = await storage.pull(ref, null);
  const ours = categorical([1, '[1,"NaN"]', 2 ** 70, '["1180591620717411303425"]']);
  expect(trials[0]?.dists).toEqual([ours]);
  await storage.ask(ref, null, one);
  await storage.write(ref, null, [{ kind: 'param', number: 1, name: 'c', dist: ours, x: 1 }]);
  const rows = [
    [3, text],
    [1, text],
  ];
  expect(stored(file)).toEqual(rows);

  const memory = new MemoryStorage();
  await copyStudy({ from: { storage }, to: { storage: memory } });
  const copy = new SqliteStorage(join(folder, 'copy.db'));
  await copyStudy({ from: { storage: memory }, to: { storage: copy } });
  await copy.close();
  expect(stored(join(folder, 'copy.db'))).toEqual(rows);
  await storage.close();
});
