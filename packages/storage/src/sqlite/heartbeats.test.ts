import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StudyRecord, TrialRecord } from '@asktell/core';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-heartbeats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../fixtures/zombies/', import.meta.url));
const path = join(folder, 'study.db');

/** The heartbeats by trial number. */
function heartbeats(trials: readonly TrialRecord[]): readonly (readonly [number, string])[] {
  return trials.flatMap(({ number, heartbeatAt }) =>
    heartbeatAt === undefined ? [] : [[number, new Date(heartbeatAt / 1000).toISOString()] as const],
  );
}

describe.each(['3.2.0', '3.6.2', '4.0.0', '4.5.0', '5.0.0'])('the heartbeats of Optuna %s', (version) => {
  beforeEach(() => copyFileSync(join(fixtures, `optuna-${version}.db`), path));

  test.each(['utc', 'local'] as const)(
    'are read with the running trials, in UTC, with datetimes: %s',
    async (datetimes) => {
      const storage = new SqliteStorage(path, { datetimes });
      const { ref } = (await storage.findStudy('zombies')) as StudyRecord;
      const expected = [
        [5, '2026-03-01T11:00:00.000Z'],
        [6, '2026-03-01T11:59:00.000Z'],
      ];
      const { cursor, trials } = await storage.pull(ref, null);
      expect(heartbeats(trials)).toEqual(expected);
      expect(heartbeats(await storage.read(ref, 0, 9))).toEqual(expected);
      expect(heartbeats((await storage.pull(ref, cursor, [3, 4, 5, 6, 7])).trials)).toEqual(expected);
      await storage.close();
    },
  );
});

test('a heartbeat that changes is read with a fresh row; one of a finished trial, or no date, counts as none', async () => {
  copyFileSync(join(fixtures, 'optuna-4.5.0.db'), path);
  const storage = new SqliteStorage(path);
  const { ref } = (await storage.findStudy('zombies')) as StudyRecord;
  const { cursor } = await storage.pull(ref, null);
  const db = new Database(path);
  db.exec("UPDATE trial_heartbeats SET heartbeat = '2026-03-01 12:30:00.250000' WHERE trial_id = 6");
  db.exec("UPDATE trial_heartbeats SET heartbeat = 'soon' WHERE trial_id = 7");
  db.exec("INSERT INTO trial_heartbeats VALUES (9, 1, '2026-03-01 12:30:00')");
  db.close();
  expect(heartbeats((await storage.pull(ref, cursor, [0, 5, 6])).trials)).toEqual([[5, '2026-03-01T12:30:00.250Z']]);
  expect(heartbeats(await storage.read(ref, 0, 9))).toEqual([[5, '2026-03-01T12:30:00.250Z']]);
  await storage.close();
});
