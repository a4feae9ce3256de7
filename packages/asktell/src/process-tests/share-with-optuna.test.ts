/** Asktell and Python's Optuna share studies, in turn and at the same time. Needs a Python with Optuna, like optuna.test.ts. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { distributionToOptuna, type StudyRecord } from '@asktell/core';
import { copyStudy, createStudy, type Distribution, type Json, loadStudy, SqliteStorage, toExternal } from 'asktell';
import { afterAll, expect, test } from 'vitest';
import { describeWithOptuna, python } from '../../../../tests/real-optuna.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./share_with_optuna.py', import.meta.url));
const worker = fileURLToPath(new URL('./fleet.test.mjs', import.meta.url));

interface View {
  readonly directions: readonly string[];
  readonly metricNames: Json;
  readonly best: readonly number[];
  readonly userAttrs: unknown;
  readonly systemAttrs: unknown;
  readonly trials: readonly { readonly [field: string]: unknown }[];
}

/** Replaces numbers that JSON lacks with strings, as the script does. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

const plainMap = (map: ReadonlyMap<string, Json> | null): unknown => plain(Object.fromEntries(map ?? []));

async function optuna(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(python, ['-W', 'ignore', script, ...args], { maxBuffer: 1e8 });
  expect(stderr).toBe('');
  return stdout;
}

const optunaView = async (file: string, name: string): Promise<View> =>
  JSON.parse(await optuna('dump', file, name)) as View;

async function ourView(file: string, name: string): Promise<View> {
  const storage = new SqliteStorage(file);
  const study = await loadStudy({ name, storage });
  const record = (await storage.findStudy(name)) as StudyRecord;
  const { trials } = await storage.pull(record.ref, null);
  const view: View = {
    directions: record.directions,
    metricNames: study.metricNames as Json,
    best: (await study.bestTrials()).map(({ number }) => number).sort((a, b) => a - b),
    userAttrs: plainMap(record.userAttrs),
    systemAttrs: plainMap(record.systemAttrs),
    trials: trials.map((trial) => ({
      number: trial.number,
      state: trial.state,
      values: plain(trial.values),
      params: trial.names.map((key, i) => [key, toExternal(trial.dists[i] as Distribution, trial.x[i] as number)]),
      distributions: trial.dists.map((dist) => distributionToOptuna(dist)),
      reports: (trial.reports?.steps ?? []).map((step, i) => [step, plain(trial.reports?.values[i])]),
      userAttrs: plainMap(trial.userAttrs),
      systemAttrs: plainMap(trial.systemAttrs),
      startedAt: trial.startedAt,
      finishedAt: trial.finishedAt,
    })),
  };
  await study.close();
  await storage.close();
  return view;
}

/** Adds ten trials of every kind that Asktell creates. */
async function extend(file: string, name: string): Promise<void> {
  const study = await loadStudy({ name, storage: file });
  const several = study.directions.length > 1;
  await study.enqueue({ x: -1.25, n: 3, c: false });
  for (let i = 0; i < 10; i++) {
    const trial = await study.ask();
    const x = trial.suggestFloat('x', -5, 5);
    const n = trial.suggestInt('n', 1, 64, { log: true });
    const c = trial.suggestCategorical('c', [null, false, 'a', 2.5]);
    const value = x ** 2 + n + (c === 'a' ? 1 : 0);
    await trial.setUserAttr('note', { text: 'ünïcode 😀', list: [1, null, Number.NaN], big: 2n ** 70n });
    await trial.setConstraint('first', 0.5 - i / 10);
    await trial.setConstraint('second', -1);
    if (!several) for (const step of [0, 3]) await trial.report(step === 0 ? value : Number.POSITIVE_INFINITY, step);
    if (i > 6) await trial.report({ loss: value, latency: Number.NaN, rate: Number.NEGATIVE_INFINITY, size: i }, 5);
    if (i === 3) await study.tell(trial, undefined, { state: 'pruned' });
    else if (i === 4) await study.tell(trial, undefined, { state: 'fail' });
    else if (i === 5) await study.tell(trial, several ? [Number.NEGATIVE_INFINITY, 1] : Number.POSITIVE_INFINITY);
    else await study.tell(trial, several ? [value, -value] : value);
  }
  await study.close();
}

describeWithOptuna('Asktell and Optuna share a study', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asktell-share-optuna-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('created here: ten trials in Optuna, ten more here', { timeout: 300_000 }, async () => {
    const file = join(folder, 'here.db');
    const study = await createStudy({ name: 'näme 😀', storage: file, seed: 3, metricNames: ['loss'] });
    await study.close();
    await extend(file, 'näme 😀');
    const before = await ourView(file, 'näme 😀');
    await optuna('extend', file, 'näme 😀');
    const between = await ourView(file, 'näme 😀');
    expect(between.trials.slice(0, 10)).toEqual(before.trials);
    expect(between).toEqual(await optunaView(file, 'näme 😀'));
    await extend(file, 'näme 😀');
    const after = await ourView(file, 'näme 😀');
    expect(after.trials.filter(({ finishedAt }) => finishedAt !== null)).toHaveLength(30);
    // Optuna left one trial running. It has no owner, so it is not an orphan.
    expect(after.trials).toHaveLength(31);
    expect(after).toEqual(await optunaView(file, 'näme 😀'));
  });

  test.each([
    ['one', 1],
    ['two', 2],
  ] as const)(
    'created in Optuna with %s objective(s): ten trials here, ten more in Optuna',
    {
      timeout: 300_000,
    },
    async (name, objectives) => {
      const file = join(folder, `${name}.db`);
      await optuna('create', file, name, String(objectives));
      const before = await ourView(file, name);
      expect(before).toEqual(await optunaView(file, name));
      expect(before.metricNames).toEqual(['loss', 'gain'].slice(0, objectives));
      await extend(file, name);
      const between = await ourView(file, name);
      expect(between).toEqual(await optunaView(file, name));
      expect(between.systemAttrs).toMatchObject(before.systemAttrs as object);
      await optuna('extend', file, name);
      const after = await ourView(file, name);
      expect(after).toEqual(await optunaView(file, name));
      // Finished trials have not changed, and Optuna reads the same contents from a copy.
      const finished = ({ finishedAt }: { readonly [field: string]: unknown }): boolean => finishedAt !== null;
      for (const trial of before.trials.filter(finished)) expect(after.trials).toContainEqual(trial);
      const copy = join(folder, `copy-of-${name}.db`);
      await copyStudy({ from: { name, storage: file }, to: { storage: copy } });
      const { systemAttrs, ...seen } = await optunaView(copy, name);
      // The first write has given the original an epoch. The copy has its own.
      const epoch = { 'asktell:epoch': expect.stringMatching(/^[0-9a-f]{16}$/) };
      expect(after.systemAttrs).toMatchObject(epoch);
      expect(systemAttrs).toMatchObject({ ...(after.systemAttrs as object), ...epoch });
      expect({ ...seen, systemAttrs: after.systemAttrs }).toEqual(after);
    },
  );

  test('four Optuna and four Node processes on one file: 500 trials, no gap, no error', {
    timeout: 300_000,
  }, async () => {
    const file = join(folder, 'fleet.db');
    const study = await createStudy({ name: 'fleet', storage: file, seed: 1 });
    await study.close();
    const four = [0, 1, 2, 3];
    const outputs = await Promise.all([
      ...four.map(() => optuna('work', file, 'fleet', '500')),
      ...four.map(async () => {
        const { stdout, stderr } = await run(process.execPath, [worker, file, '500']);
        return stdout + stderr;
      }),
    ]);
    expect(outputs.join('')).toBe('');
    const ours = await ourView(file, 'fleet');
    expect(ours.trials.length).toBeGreaterThanOrEqual(500);
    expect(ours.trials.map(({ number }) => number)).toEqual(ours.trials.map((_, i) => i));
    expect(new Set(ours.trials.map(({ state }) => state))).toEqual(new Set(['complete']));
    expect(ours).toEqual(await optunaView(file, 'fleet'));
    const sides = ours.trials.map(({ userAttrs }) => (userAttrs as { side: string }).side);
    expect(new Set(sides)).toEqual(new Set(['node', 'python']));
  });
});
