import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SqliteDriver } from './driver.ts';
import { SqliteStorage } from './index.ts';
import { hasWalResetBug } from './wal-reset-bug.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-wal-reset-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['3.6.23', false], // no WAL mode
  ['3.7.0', true],
  ['3.40.1', true], // Debian 12
  ['3.44.5', true],
  ['3.44.6', false],
  ['3.45.3', true],
  ['3.47.2', true], // Node.js 22.13
  ['3.50.6', true],
  ['3.50.7', false],
  ['3.51', true],
  ['3.51.2', true],
  ['3.51.3', false],
  ['3.52.0', false],
  ['3.53.2', false],
  ['4.0.0', false],
  ['', true],
  ['unknown', true],
])('SQLite %s has the bug: %s', (version, bug) => {
  expect(hasWalResetBug(version)).toBe(bug);
});

/** A driver that reports another version of SQLite. */
function withVersion(db: Database.Database, version: string): SqliteDriver & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    exec: (sql) => {
      log.push(sql);
      return db.exec(sql);
    },
    close: () => db.close(),
    prepare: (sql) => {
      log.push(sql);
      if (!sql.includes('sqlite_version()')) return db.prepare(sql);
      return { run: () => expect.unreachable(), get: () => ({ version }), all: () => [{ version }] };
    },
  };
}

describe('a file', () => {
  let warnings: unknown[][] = [];
  beforeEach(() => {
    warnings = [];
    vi.spyOn(process, 'emitWarning').mockImplementation((...args: unknown[]) => {
      warnings.push(args);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  let files = 0;
  const open = (version: string): SqliteDriver & { readonly log: string[] } =>
    withVersion(new Database(join(folder, `${files++}.db`)), version);

  async function writeMuch(driver: SqliteDriver): Promise<void> {
    const storage = new SqliteStorage(driver);
    const { ref } = await storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: new Map() });
    for (let i = 0; i < 100; i++) {
      const attrs = Array.from({ length: 100 }, (_, k) => ({ scope: 'user', key: `k${k}`, value: i }) as const);
      await storage.setStudyAttrs(ref, attrs);
    }
    await storage.close();
  }

  test('with a fixed version gets checkpoints from the connection, without a warning', async () => {
    const driver = open('3.51.3');
    await writeMuch(driver);
    expect(driver.log.filter((sql) => sql.includes('wal_checkpoint'))).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test('with an unfixed version is left to automatic checkpoints, with one warning per process', async () => {
    for (const version of ['3.51.2', '3.40.1']) {
      const driver = open(version);
      await writeMuch(driver);
      expect(driver.log.filter((sql) => sql.includes('wal_checkpoint'))).toEqual([]);
      expect(driver.log).toContain(`PRAGMA wal_autocheckpoint = ${Math.ceil(50_000_000 / 1024)}`);
    }
    expect(warnings).toEqual([
      [expect.stringContaining('SQLite 3.51.2 can lose commits'), { type: 'AsktellWarning', code: 'sqlite-wal-reset' }],
    ]);
  });

  test('in memory needs no warning', async () => {
    await writeMuch(withVersion(new Database(':memory:'), '3.40.1'));
    expect(warnings).toEqual([]);
  });
});
