import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createStudy, loadStudy, type Storage, type Study, type StudyEnvironment, type Trial } from '@asktell/core';
import { RacingRepeats } from '@asktell/pruners';
import { RandomSampler } from '@asktell/sampler-random';
import { SqliteStorage } from '@asktell/storage/sqlite';
import { type LogEntry, OperationLogStorage } from '@asktell/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'asktell-orphans-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The ids of the simulated processes that are alive. */
const alive = new Set<number>();

function environment(pid: number): StudyEnvironment {
  alive.add(pid);
  return {
    process: { host: 'here', pid, born: `b${pid}`, isAlive: (other) => alive.has(other) },
    output: { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} },
    compileExpression: null,
  };
}

/** Waits until the cached status of a process expires. */
const untilNoticed = (): Promise<void> => pause(300);

async function take(study: Study): Promise<Trial> {
  const { value } = await study.take({ trials: 1 }).next();
  return value as Trial;
}

const opened: Storage[] = [];
afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close();
});

let files = 0;
const file = (): string => join(folder, `${files++}.db`);
const kinds: readonly (readonly [string, () => () => Storage])[] = [
  [
    'sqlite',
    () =>
      (
        (path) => () =>
          new SqliteStorage(path)
      )(file()),
  ],
  [
    'operation log',
    () =>
      (
        (entries: LogEntry[]) => () =>
          new OperationLogStorage(entries)
      )([]),
  ],
];

describe.each(kinds)('orphans on %s', (_, kind) => {
  async function workers(count: number, orphans: 'reclaim' | 'fail' | 'leave' = 'reclaim'): Promise<Study[]> {
    const open = kind();
    const studies: Study[] = [];
    for (let pid = 1; pid <= count; pid++) {
      const storage = open();
      opened.push(storage);
      const options = { name: 's', storage, sampler: new RandomSampler(), orphans };
      const host = { environment: environment(pid) };
      const study = (
        pid === 1 ? await createStudy({ ...options, seed: 1 }, host) : await loadStudy(options, host)
      ) as Study;
      await study.tell(await take(study), pid);
      studies.push(study);
    }
    return studies;
  }

  it('an orphan is taken by exactly one of several workers with stale data', async () => {
    const [dying, ...others] = (await workers(4)) as [Study, ...Study[]];
    const lost = await take(dying);
    lost.suggestFloat('x', 0, 1);
    await lost.report(1, 0);
    for (const study of others) await study.trials(); // each worker has read the owner
    alive.delete(1);
    await untilNoticed();
    const taken: Trial[] = [];
    for (const study of [...others, ...others]) taken.push(await take(study));
    expect(taken.map(({ number }) => number)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(taken.map(({ isResumed }) => isResumed)).toEqual([true, false, false, false, false, false]);
    for (const [i, trial] of taken.entries()) await (others[i % 3] as Study).tell(trial, i);
    expect((await (others[0] as Study).trials({ states: ['running'] })).length).toBe(0);
  });

  it('an orphan whose second worker dies is taken by a third', async () => {
    const [dying, heir, last] = (await workers(3)) as [Study, Study, Study];
    const { number } = await take(dying);
    await last.trials();
    alive.delete(1);
    await untilNoticed();
    expect((await take(heir)).number).toBe(number);
    expect((await take(last)).number, 'while the second worker is alive').toBe(number + 1);
    alive.delete(2);
    await untilNoticed();
    expect((await take(last)).number).toBe(number);
  });

  it('an orphan of repeat is measured on from its last stored measurement', async () => {
    const [dying, heir] = (await workers(2)) as [Study, Study];
    let calls = 0;
    const dead = new Promise<number>(() => undefined);
    const points = new Set<number>();
    void dying.optimize(
      async (trial) => {
        points.add(trial.suggestFloat('x', 0, 1));
        await pause(1);
        return ++calls < 3 ? calls : dead;
      },
      { trials: 1, repeat: { max: 5, policy: new RacingRepeats() } },
    );
    while (calls < 3) await pause(5);
    alive.delete(1);
    await untilNoticed();
    const policy = new RacingRepeats({ confidence: 1 }); // never sure that the trial is worse
    await heir.optimize(
      (trial) => {
        points.add(trial.suggestFloat('x', 0, 1));
        return 6;
      },
      { trials: 1, repeat: { max: 4, policy } },
    );
    const trial = (await heir.trials())[2];
    expect([...(trial?.intermediateValues.values() ?? [])]).toEqual([1, 2, 6, 6]);
    expect([trial?.state, trial?.value]).toEqual(['complete', 15 / 4]);
    expect(trial?.sem?.[0]).toBeCloseTo(Math.sqrt(20.75 / 3 / 4), 12);
    expect(points.size).toBe(1);
  });

  it('policy fail ends an orphan once, as lost', async () => {
    const [dying, one, two] = (await workers(3, 'fail')) as [Study, Study, Study];
    const { number } = await take(dying);
    await two.trials();
    alive.delete(1);
    await untilNoticed();
    expect((await take(one)).number).toBe(number + 1);
    expect((await take(two)).number).toBe(number + 2);
    expect((await two.trials())[number]).toMatchObject({ state: 'fail', failure: { code: 'lost' } });
  });

  it('policy leave keeps an orphan running, and a trial of a plain ask is never an orphan', async () => {
    const [dying, one] = (await workers(2, 'leave')) as [Study, Study];
    const { number } = await take(dying);
    alive.delete(1);
    await untilNoticed();
    expect((await take(one)).number).toBe(number + 1);
    const [asking, other] = (await workers(2)) as [Study, Study];
    const plain = await asking.ask();
    alive.delete(1);
    await untilNoticed();
    expect((await take(other)).number).toBe(plain.number + 1);
    await other.tell(plain.number, 1);
  });
});
