import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { createStudy } from '../index.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('unwritable.test.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-unwritable-'));
chmodSync(folder, 0o755);
afterAll(() => {
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
  rmSync(folder, { recursive: true, force: true });
});

/** Copies a database with some of its files into a folder that may not be written. */
function frozen(name: string, file: string, suffixes: readonly string[]): string {
  const there = join(folder, name);
  mkdirSync(there);
  for (const suffix of suffixes) {
    copyFileSync(file + suffix, join(there, `study.db${suffix}`));
    chmodSync(join(there, `study.db${suffix}`), 0o444);
  }
  chmodSync(there, 0o555);
  return join(there, 'study.db');
}

/** Windows has no such permissions. */
describe.skipIf(process.platform === 'win32')('a file in a folder that may not be written', () => {
  it('is read, or the error names WAL and the cure', { timeout: 120_000 }, async () => {
    const file = join(folder, 'open.db');
    const study = await createStudy({ name: 's', storage: file, seed: 1 });
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 });
    expect(existsSync(`${file}-wal`)).toBe(true);
    const whole = frozen('whole', file, ['', '-wal', '-shm']);
    const noIndex = frozen("no index, it's WAL", file, ['', '-wal']);
    await study.close();
    const single = frozen('single', file, ['']);
    const driver = new Database(file);
    driver.pragma('journal_mode = WAL');
    driver.close();
    const header = frozen('header', file, ['']);
    // A transaction that was interrupted: the journal must be rolled back before the file can be read.
    const crashed = new Database(file);
    crashed.pragma('journal_mode = DELETE');
    crashed.pragma('cache_size = 1');
    crashed.exec("BEGIN; UPDATE trial_params SET param_name = 'y'; CREATE TABLE big (text)");
    const insert = crashed.prepare('INSERT INTO big VALUES (?)');
    for (let i = 0; i < 200; i++) insert.run('x'.repeat(1000));
    const hot = frozen('hot', file, ['', '-journal']);
    crashed.close();

    const paths = [whole, single, header, noIndex, hot];
    const { stdout } = await run(process.execPath, [child, ...paths]);
    const outcomes = JSON.parse(stdout) as readonly (readonly string[] | { code: string; message: string })[];
    expect(outcomes.slice(0, 2)).toEqual([['s'], ['s']]);
    for (const [i, words] of [
      [2, ['is in WAL mode', 'Make the folder writable', `copy ${header} to`, `sqlite3 ${header} "PRAGMA`]],
      [3, ['is in WAL mode', `it'\\''s WAL/study.db' and '`, "study.db-wal' to one that is"]],
      [4, ['was not closed', `copy ${hot} and ${hot}-journal`]],
    ] as const) {
      const { code, message } = outcomes[i] as { code: string; message: string };
      expect(code, message).toBe('storage-readonly');
      expect(message).toContain(JSON.stringify(paths[i]));
      for (const word of words) expect(message).toContain(word);
    }
  });
});
