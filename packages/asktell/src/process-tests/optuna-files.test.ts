import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refused } from '@asktell/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { copyStudy, createStudy, deleteStudy, listStudies, loadStudy, MemoryStorage } from '../index.ts';

// Made by fixtures/generate_zombies.py with the real releases.
const fixtures = fileURLToPath(new URL('../../../storage/fixtures/zombies/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-optuna-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `work` on a copy of a file and expects that neither the copy nor its folder changes. */
async function unchanged(version: string, work: (path: string) => Promise<unknown>): Promise<void> {
  const place = mkdtempSync(join(folder, 'file-'));
  const path = join(place, 'study.db');
  copyFileSync(join(fixtures, `optuna-${version}.db`), path);
  await work(path);
  expect(readdirSync(place)).toEqual(['study.db']);
  expect(readFileSync(path).equals(readFileSync(join(fixtures, `optuna-${version}.db`)))).toBe(true);
}

describe.each(['3.2.0', '3.6.2', '4.0.0', '4.5.0', '5.0.0'])('a file of Optuna %s', (version) => {
  it('does not change when its studies are listed', () =>
    unchanged(version, async (storage) => {
      const studies = await listStudies({ storage });
      expect(studies.map(({ name, trials }) => [name, trials])).toEqual([
        ['zombies', 9],
        ['plain', 1],
      ]);
    }));

  it('does not change when a study is copied from it', () =>
    unchanged(version, async (storage) => {
      const to = { storage: join(folder, `copy of ${version}.db`) };
      expect(await copyStudy({ from: { storage, name: 'zombies' }, to })).toEqual({ name: 'zombies', trials: 9 });
    }));
});

describe.each([
  ['2.10.1', 'v2.6.0.a'],
  ['3.0.6', 'v3.0.0.d'],
  ['3.1.1', 'v3.0.0.d'],
])('a file of Optuna %s', (version, revision) => {
  it.each([
    ['listed', (storage: string) => listStudies({ storage })],
    ['loaded', (storage: string) => loadStudy({ storage, name: 'zombies' })],
    ['created in', (storage: string) => createStudy({ storage, name: 'new' })],
    ['continued', (storage: string) => createStudy({ storage, name: 'zombies', loadIfExists: true })],
    ['deleted', (storage: string) => deleteStudy({ storage, name: 'plain' })],
    [
      'copied from',
      (storage: string) => copyStudy({ from: { storage, name: 'plain' }, to: { storage: new MemoryStorage() } }),
    ],
    [
      'copied to',
      (storage: string) =>
        copyStudy({ from: { storage: join(fixtures, 'optuna-4.5.0.db'), name: 'plain' }, to: { storage } }),
    ],
  ])('is refused when %s, with the command that upgrades it, and does not change', (_, work) =>
    unchanged(version, async (path) => {
      const { message } = await refused('storage-version', () => work(path));
      expect(message).toContain(`not ${revision}. Upgrade it with the newest Optuna: optuna storage upgrade --storage`);
    }),
  );
});
