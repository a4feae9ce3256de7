import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { categorical, int, loadStudy as loadWith, type Study, type StudyEnvironment, type Trial } from '@asktell/core';
import { BruteForceSampler } from '@asktell/sampler-grid';
import { RandomSampler } from '@asktell/sampler-random';
import { SqliteStorage } from '@asktell/storage/sqlite';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadStudy } from '../index.ts';

/*
 * Files of Optuna with RUNNING trials that nobody will end. They were made by fixtures/generate_zombies.py, which lists the
 * trials. At the faked time, trial 3 is stale by its age, trial 4 is young, trial 5 is stale by its heartbeat, and trial 6 has a
 * fresh heartbeat. Trials 7 and 8 are waiting, and 0 to 2 are complete.
 */
const fixtures = fileURLToPath(new URL('../../../storage/fixtures/zombies/', import.meta.url));
const made = Date.UTC(2026, 2, 1, 12);
const minute = 60_000;
const hour = 60 * minute;

const folder = mkdtempSync(join(tmpdir(), 'asktell-zombies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const warnings: string[] = [];
const environment: StudyEnvironment = {
  process: null,
  output: {
    interactive: false,
    columns: 80,
    info: () => undefined,
    warn: (line) => warnings.push(line),
    status: () => undefined,
  },
  compileExpression: null,
};

const space = { x: int(0, 3), kind: categorical(['a', 'b']), y: int(0, 2) };

function objective(trial: Trial): number {
  return trial.suggestInt('x', 0, 3) + trial.suggestInt('y', 0, 2);
}

const versions = ['3.2.0', '3.6.2', '4.0.0', '4.5.0', '5.0.0'];

describe.each(versions)('a study of Optuna %s', (version) => {
  let path: string;
  const opened: Study[] = [];

  beforeEach(() => {
    path = join(mkdtempSync(join(folder, 'file-')), 'study.db');
    copyFileSync(join(fixtures, `optuna-${version}.db`), path);
    vi.useFakeTimers({ toFake: ['Date'], now: made });
    warnings.length = 0;
  });

  afterEach(async () => {
    for (const study of opened.splice(0)) await study.close();
    vi.useRealTimers();
  });

  async function load(options: { readonly staleAfter?: number } = {}): Promise<Study> {
    const storage = new SqliteStorage(path);
    const study = await loadWith(
      { storage, name: 'zombies', sampler: new RandomSampler({ seed: 1 }), ...options },
      { environment },
    );
    opened.push(study);
    return study;
  }

  async function statesOf(study: Study): Promise<{ readonly [state: string]: number }> {
    const counts: { [state: string]: number } = {};
    for (const { state } of await study.trials()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  async function stateOf(study: Study, number: number): Promise<string> {
    const trial = (await study.trials())[number];
    return trial?.state === 'fail' ? `fail: ${trial.failure?.code}` : String(trial?.state);
  }

  it.each([
    ['zombies', 9],
    ['plain', 1],
  ])('is loaded (%s), read and closed, and no byte changes', async (name, count) => {
    const study = await loadStudy({ storage: path, name });
    expect(await study.trials()).toHaveLength(count);
    await study.bestTrial();
    await study.toRows();
    await study.close();
    expect(readdirSync(join(path, '..'))).toEqual(['study.db']);
    expect(readFileSync(path).equals(readFileSync(join(fixtures, `optuna-${version}.db`)))).toBe(true);
  });

  it('reaches its total in finished trials: stale trials do not count, young ones count as running', async () => {
    const study = await load();
    await study.optimize(objective, { trials: { total: 12 } });
    // 12, less trials 4 and 6, which somebody may still tell.
    expect(await statesOf(study)).toEqual({ complete: 10, running: 4 });
    expect(await stateOf(study, 7)).toBe('complete');
    expect(await stateOf(study, 8)).toBe('complete');
  });

  it('lets nobody exceed the total, take and ask included', async () => {
    const study = await load();
    let taken = 0;
    for await (const trial of study.take({ trials: { total: 8 } })) {
      await study.tell(trial, objective(trial));
      taken++;
    }
    expect(taken).toBe(3);
    expect(await study.askBatch(1, { total: 8 })).toEqual([]);
    expect((await study.askBatch(1, { total: 9 })).map(({ number }) => number)).toEqual([10]);
    expect(await study.askBatch(1, { total: 9 })).toEqual([]);
  });

  it('takes no zombie up, and leaves all of them as they are', async () => {
    const before = (await (await load()).trials()).slice(3, 7);
    const study = await load();
    await study.optimize(objective, { trials: 5, concurrency: 2 });
    expect((await study.trials()).slice(3, 7)).toEqual(before);
  });

  it('counts the trials as running that are younger than staleAfter', async () => {
    const longer = await load({ staleAfter: 37 * hour });
    await longer.optimize(objective, { trials: { total: 12 } });
    // Trial 5 is stale by its heartbeat, whatever its age.
    expect(await statesOf(longer)).toEqual({ complete: 9, running: 4 });
  });

  it('does not count the trials that are older than staleAfter', async () => {
    const shorter = await load({ staleAfter: 30 * minute });
    await shorter.optimize(objective, { trials: { total: 12 } });
    // Trial 6 has a heartbeat of one minute ago, whatever its age.
    expect(await statesOf(shorter)).toEqual({ complete: 11, running: 4 });
  });

  it('remembers staleAfter', async () => {
    const first = await load({ staleAfter: 30 * minute });
    await first.tell(await first.ask(), 1);
    await first.close();
    const again = await load();
    await again.optimize(objective, { trials: { total: 12 } });
    expect(await statesOf(again)).toEqual({ complete: 11, running: 4 });
  });

  it('reaches its total in complete trials when all zombies are stale', async () => {
    vi.setSystemTime(made + 48 * hour);
    const study = await load();
    await study.optimize(objective, { trials: { total: 12 } });
    expect(await statesOf(study)).toEqual({ complete: 12, running: 4 });
  });

  it('names failRunning in one notice about stale trials', async () => {
    const study = await load();
    await study.optimize(objective, { trials: 3 });
    await study.optimize(objective, { trials: 3 });
    expect(warnings.filter((line) => line.includes('failRunning'))).toHaveLength(1);
  });

  it('has no such notice without stale trials', async () => {
    vi.setSystemTime(made - 25 * hour);
    const study = await load({ staleAfter: 48 * hour });
    await study.optimize(objective, { trials: 3 });
    expect(warnings.filter((line) => line.includes('failRunning'))).toEqual([]);
  });

  it('keeps the cells of young trials, and not those of stale ones', async () => {
    const storage = new SqliteStorage(path);
    const study = await loadWith(
      { storage, name: 'zombies', space, sampler: new BruteForceSampler({ seed: 1 }) },
      { environment },
    );
    opened.push(study);
    const cell = ({ flatParams }: { readonly flatParams: { readonly [name: string]: unknown } }): string =>
      JSON.stringify([flatParams['x'], flatParams['kind'], flatParams['y']]);
    const young = (await study.trials()).filter(({ number }) => number === 4 || number === 6).map(cell);
    await study.optimize(({ params }) => params.x);
    const tried = (await study.trials()).filter(({ state }) => state === 'complete').map(cell);
    // The points of trials 0 to 8 differ.
    expect(tried).toHaveLength(24 - 2);
    expect(new Set([...tried, ...young]).size).toBe(24);
  });

  it('accepts the value of a stale trial that is told after all', async () => {
    const study = await load();
    await study.optimize(objective, { trials: { total: 8 } });
    await study.tell(3, 7);
    expect((await study.trials())[3]).toMatchObject({ state: 'complete', value: 7 });
    expect((await statesOf(study))['complete']).toBe(7);
  });

  it('failRunning ends the trials that are older, and no others', async () => {
    const study = await load();
    await study.failRunning({ olderThan: 24 * hour });
    expect(await stateOf(study, 3)).toBe('fail: lost');
    expect(await stateOf(study, 4)).toBe('running');
    expect(await stateOf(study, 5)).toBe('fail: lost');
    expect(await statesOf(study)).toMatchObject({ complete: 3, waiting: 2 });
    await study.optimize(objective, { trials: { total: 12 } });
    // What was lost does not count.
    expect((await statesOf(study))['complete']).toBe(12 - (await runningOf(study)).length);
    await study.optimize(objective, { trials: 1 });
    expect(warnings.filter((line) => line.includes('failRunning'))).toEqual([]);
  });

  async function runningOf(study: Study): Promise<readonly number[]> {
    return (await study.trials()).filter(({ state }) => state === 'running').map(({ number }) => number);
  }

  it('failRunning ends plain asks, and not the trial of a loop', async () => {
    const study = await load();
    const plain = await study.ask();
    const loop = study.take({ trials: 1 });
    const held = (await loop.next()).value as Trial;
    vi.setSystemTime(made + 2 * hour);
    await study.failRunning({ olderThan: hour });
    expect(await stateOf(study, 4)).toBe('fail: lost');
    expect(await stateOf(study, plain.number)).toBe('fail: lost');
    expect(await stateOf(study, held.number)).toBe('running');
    await study.tell(held, 1);
    expect(await stateOf(study, held.number)).toBe('complete');
  });
});
