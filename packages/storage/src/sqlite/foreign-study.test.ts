import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AskRequest, keys, type StudyRef, type TrialOp } from '@asktell/core';
import { refused } from '@asktell/testing';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStorage } from './index.ts';

/** Studies that another program has created, deletes, and creates again in the same file. They have no epoch. */

const folder = mkdtempSync(join(tmpdir(), 'asktell-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
let files = 0;
const open: SqliteStorage[] = [];
beforeEach(() => {
  path = join(folder, `${files++}.db`);
});
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close();
});

const storage = (): SqliteStorage => {
  const opened = new SqliteStorage(path);
  open.push(opened);
  return opened;
};

/** Creates a study of a name with finished trials, as Optuna does. It gets the ids of a deleted one again. */
async function makeForeign(trials: number, started: string): Promise<void> {
  await new SqliteStorage(path).listStudies();
  const db = new Database(path);
  db.exec("INSERT INTO studies (study_name) VALUES ('s')");
  const { id } = db.prepare('SELECT max(study_id) AS id FROM studies').get() as { id: number };
  db.exec(`INSERT INTO study_directions (direction, study_id, objective) VALUES ('MINIMIZE', ${id}, 0)`);
  for (let number = 0; number < trials; number++)
    db.exec(`INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES
      (${number}, ${id}, 'FAIL', '${started}.${String(number).padStart(6, '0')}', '${started}.9')`);
  db.close();
}

async function deleteIt(): Promise<void> {
  const other = new SqliteStorage(path);
  await other.deleteStudy((await other.findStudy('s'))?.ref as StudyRef);
  await other.close();
}

const ask: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };
const attr: TrialOp = { kind: 'attr', number: 0, scope: 'user', key: 'k', value: 1 };
const refOf = async (store: SqliteStorage): Promise<StudyRef> => (await store.findStudy('s'))?.ref as StudyRef;
const epochIn = async (): Promise<unknown> => {
  const other = new SqliteStorage(path);
  const epoch = (await other.findStudy('s'))?.systemAttrs.get(keys.epoch);
  await other.close();
  return epoch;
};

describe('a study without an epoch', () => {
  it('is not changed by reading, and gets one with the first write that is committed', async () => {
    await makeForeign(3, '2026-01-01 00:00:00');
    const store = storage();
    const ref = await refOf(store);
    expect((await store.pull(ref, null)).trials).toHaveLength(3);
    await refused('trial-finished', () => store.write(ref, null, [attr]));
    await expect(
      Promise.resolve().then(() =>
        store.ask(ref, null, {
          ...ask,
          plan: () => {
            throw new Error('no plan');
          },
        }),
      ),
    ).rejects.toThrow('no plan');
    expect([ref.epoch, await epochIn()]).toEqual([null, undefined]);
    await store.ask(ref, null, ask);
    const epoch = await epochIn();
    expect(epoch).toMatch(/^[0-9a-f]{16}$/);
    await store.write(ref, null, []);
    expect((await store.pull(ref, null)).trials).toHaveLength(4);
    expect([await epochIn(), (await refOf(store)).epoch]).toEqual([epoch, epoch]);
  });

  it.each<readonly [string, (store: SqliteStorage, ref: StudyRef) => unknown]>([
    ['an ask', (store, ref) => store.ask(ref, null, ask)],
    ['a write', (store, ref) => store.write(ref, null, [])],
    ['an attribute', (store, ref) => store.setStudyAttrs(ref, [{ scope: 'user', key: 'a', value: 1 }])],
  ])('other handles continue after %s has stored one', async (_, change) => {
    await makeForeign(3, '2026-01-01 00:00:00');
    const [a, b, c] = [storage(), storage(), storage()];
    const refs = [await refOf(a), await refOf(b), await refOf(c)] as const;
    const second = await refOf(a);
    const { cursor } = await b.pull(refs[1], null);
    await change(a, refs[0]);
    const { trials } = await a.pull(second, null);
    await b.ask(refs[1], cursor, ask);
    await c.ask(refs[2], null, ask);
    await a.ask(second, null, ask);
    for (const [store, ref] of [
      [a, refs[0]],
      [b, refs[1]],
      [c, refs[2]],
      [a, second],
    ] as const)
      expect((await store.pull(ref, null)).trials).toHaveLength(trials.length + 3);
  });

  const calls: { readonly [name: string]: (store: SqliteStorage, ref: StudyRef) => unknown } = {
    pull: (store, ref) => store.pull(ref, null),
    read: (store, ref) => store.read(ref, 0, 10),
    ask: (store, ref) => store.ask(ref, null, ask),
    write: (store, ref) => store.write(ref, null, [{ ...attr, number: 4 }]),
    setStudyAttrs: (store, ref) => store.setStudyAttrs(ref, [{ scope: 'user', key: 'a', value: 1 }]),
    deleteStudy: (store, ref) => store.deleteStudy(ref),
  };
  const again: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['again by another program, with as many trials', () => makeForeign(5, '2026-02-02 00:00:00')],
    ['again by another program, with more trials', () => makeForeign(9, '2026-02-02 00:00:00')],
    ['again by another program, without trials', () => makeForeign(0, '')],
    [
      'again here',
      async () => {
        const other = storage();
        const { ref } = await other.createStudy({
          name: 's',
          directions: ['minimize'],
          systemAttrs: new Map([[keys.epoch, 'born here']]),
        });
        for (let i = 0; i < 6; i++) await other.ask(ref, null, ask);
      },
    ],
    ['but not again', async () => undefined],
  ];

  describe.each(['before its first write', 'after its first write'])('that was deleted %s', (when) => {
    it.each(again)('and created %s is gone, and the new one does not change', async (_, create) => {
      await makeForeign(5, '2026-01-01 00:00:00');
      const store = storage();
      const ref = await refOf(store);
      await store.pull(ref, null);
      if (when === 'after its first write') await store.write(ref, null, []);
      await deleteIt();
      await create();
      const before = await contents();
      for (const [name, call] of Object.entries(calls)) {
        const error = await refused('study-gone', async () => call(store, ref));
        expect(error.message, name).toContain('"s"');
      }
      expect(await contents()).toEqual(before);
      // A new handle of the same storage sees the new study, and the old one stays gone.
      if (before === undefined) return;
      const fresh = await refOf(store);
      await store.ask(fresh, null, ask);
      await refused('study-gone', async () => store.pull(ref, null));
      expect((await store.pull(fresh, null)).trials).toHaveLength(before.length + 1);
    });
  });
});

async function contents(): Promise<readonly unknown[] | undefined> {
  const other = new SqliteStorage(path);
  const found = await other.findStudy('s');
  const trials = found === undefined ? undefined : (await other.pull(found.ref, null)).trials;
  await other.close();
  return trials;
}
