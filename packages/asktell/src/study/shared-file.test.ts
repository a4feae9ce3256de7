import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createStudy,
  type Directions,
  deleteStudy,
  loadStudy,
  RandomSampler,
  type Study,
  type Trial,
} from '../index.ts';

/** Changes of other programs to a file while a study in it is open. */

let folder: string;
let file: string;
const open: Study[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asktell-shared-'));
  file = join(folder, 'study.db');
});

afterEach(async () => {
  for (const study of open.splice(0)) await study.close();
  rmSync(folder, { recursive: true });
});

async function opened(study: Promise<Study<object, Directions>>): Promise<Study> {
  const ready = (await study) as Study<object, Directions> as Study;
  open.push(ready);
  return ready;
}

const code = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
    return 'none';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe.each([
  ['deleted', false],
  ['deleted and created again under its name', true],
])('a study that was %s while it is open elsewhere', (_, again) => {
  it('rejects every call with study-gone and does not change the new study', async () => {
    const study = await opened(createStudy({ name: 'a', storage: file, sampler: new RandomSampler(), seed: 1 }));
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 });
    const running = await study.ask();
    const suggested = await study.ask();
    await deleteStudy({ name: 'a', storage: file });
    let other: Study | undefined;
    if (again) {
      other = await opened(createStudy({ name: 'a', storage: file, seed: 2 }));
      // The new study has the numbers and row ids of the old one.
      for (let i = 0; i < 6; i++) await other.ask();
    }
    suggested.suggestFloat('x', 0, 1);
    for (const [what, work] of Object.entries({
      tell: () => study.tell(running, 1),
      'tell by number': () => study.tell(4, 1),
      report: () => running.report(1, 0),
      attribute: () => running.setUserAttr('k', 1),
      'a parameter, when it is written': () => suggested.report(1, 0),
      trials: () => study.trials(),
      bestTrial: () => study.bestTrial(),
      ask: () => study.ask(),
      enqueue: () => study.enqueue({ x: 0.5 }),
      optimize: () => study.optimize(() => 1, { trials: 1 }),
    }))
      expect(await code(work), what).toBe('study-gone');
    if (other === undefined) return;
    expect((await other.trials()).map(({ state, flatParams }) => [state, flatParams])).toEqual(
      Array.from({ length: 6 }, () => ['running', {}]),
    );
  });
});

describe('skewed clocks', () => {
  it('a trial from the future does not affect the study, its resumption, or which trials a trial has seen', async () => {
    const options = { name: 'a', storage: file, sampler: new RandomSampler() };
    const study = await opened(createStudy({ ...options, seed: 1 }));
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 2 });
    // Another program, whose clock is ten years ahead, adds a finished and a running trial.
    const otherProgram = new Database(file);
    otherProgram.exec(`INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES
      (2, 1, 'COMPLETE', '2036-01-01 00:00:00.000000', '2036-01-01 00:00:01.000000'),
      (3, 1, 'RUNNING', '2036-01-01 00:00:02.000000', NULL);
      INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (3, 0, -1.0, 'FINITE')`);
    const objective = (trial: Trial): number => trial.suggestFloat('x', 0, 1);
    await study.optimize(objective, { trials: 3 });
    otherProgram.exec(`INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (4, 0, 0.5, 'FINITE');
      UPDATE trials SET state = 'COMPLETE', datetime_complete = '2001-01-01 00:00:00.000000' WHERE trial_id = 4`);
    otherProgram.close();
    await study.optimize(objective, { trials: 2 });
    const trials = await study.trials();
    expect(trials.map(({ number, state }) => [number, state])).toEqual(
      Array.from({ length: 9 }, (_, i) => [i, 'complete']),
    );
    const starts = trials.map(({ record }) => record.startedAt as number);
    expect(starts, 'later numbers start later').toEqual([...starts].sort((a, b) => a - b));
    expect((await study.bestTrial())?.number).toBe(2);
    // Trial 3 has an end before its start. Its start counts as its end, so trial 4 has seen it.
    const seen = (row: number): number[] => [...study.history.finished.slice(0, study.history.seen(row))].sort();
    expect(seen(4)).toEqual([0, 1, 2, 3]);
    expect(seen(8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const again = await opened(loadStudy(options));
    await again.trials();
    expect([...again.history.finished]).toEqual([...study.history.finished]);
    expect(trials.map(({ number }) => again.history.seen(number))).toEqual(
      trials.map(({ number }) => study.history.seen(number)),
    );
  });
});
