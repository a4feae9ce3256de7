// Runs every compiled example in a separate process in an empty folder. `npm test` compiles them first.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type FrozenTrial, loadStudy } from 'asktell';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
let folder: string;

beforeAll(() => {
  if (!existsSync(join(dist, 'svm.js'))) throw new Error('The examples are not compiled; run "npm run build".');
});
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'asktell-example-'))); // the examples print the real path
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function start(name: string, trials: number): ChildProcess & { output(): string } {
  const env = { ...process.env, ASKTELL_EXAMPLE_TRIALS: String(trials), CI: 'true' };
  const child = spawn(process.execPath, [join(dist, `${name}.js`)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  return Object.assign(child, { output: () => text });
}

async function run(name: string, trials: number): Promise<string> {
  const child = start(name, trials);
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, child.output()).toBe(0);
  return child.output();
}

describe('every example', { timeout: 120_000 }, () => {
  it.each([
    ['ask-tell', 8, [/^trial 0: mean error [\d.]+ miles per gallon$/m, /^8 trials, best: [\d.]+ in trial \d$/m]],
    ['early-stopping', 25, [/^25 trials, \d+ of them pruned: \d+ epochs instead of 1250$/m, /^best loss 0\.\d+ with/m]],
    ['conditional', 16, [/^best of neighbours\n {2}trial {2}accuracy +k +power$/m, /^best of gaussians$/m]],
    ['custom-sampler', 80, [/^ {2}sampler +mean error +in trial$/m, /^ {2}random/m, /^ {2}near-best/m]],
    ['forest', 4, [/^ +0\.4 +2 +0\.\d{3}/m, /^within one standard error of the best: \d+ trees/m]],
    ['xgboost', 6, [/^ {2}random search +[\d.]+ +30 /m, /^ {2}TPE, pruned /m]],
    ['coarse-to-fine', 6, [/^coarse grid/m, /^ {2}after trial +C +gamma$/m, /^ {2}fine +0\.9\d+/m]],
    ['trading', 6, [/^mean +/m, /^Mean of 8 folds: .* out of sample/m, /baseline/]],
    [
      'experiment',
      12,
      [/^12 runs, eight at a time/m, /^ {2}yield \d+\.\d %/m, /^ +20 °C \|[ ox-]{61}\| +-?\d+\.\d ± +\d+\.\d$/m],
    ],
    ['simulator', 10, [/^ {2}trials +TPE +gradients$/m, /^ +10 +5\d\.\d{3} +61\.\d{3}$/m]],
    ['retrieval', 10, [/^trial +in sample +out of sample/m, /^It is better than the baseline/m]],
    ['learning-rates', 2, [/^ {2}1 adaptive/m, /^trial 1 has learned the rate [\d.e-]+$/m]],
    [
      'ridge-gradients',
      1,
      [/^ {2}grid +[\d.e-]+ +[\d.]+ +49$/m, /^ {2}implicit gradients +[\d.e-]+ +[\d.]+ +\d{1,2}$/m],
    ],
    ['two-workers', 16, [/^ {2}first/m, /^ {2}second/m, /^16 trials, numbered 0 to 15 without a gap$/m]],
  ] as const)('%s prints its results', async (name, trials, lines) => {
    const output = await run(name, trials);
    for (const line of lines) expect(output).toMatch(line);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    'ask-tell',
    'early-stopping',
    'conditional',
    'custom-sampler',
    'coarse-to-fine',
    'retrieval',
    'learning-rates',
    'simulator',
  ])('%s is deterministic', async (name) => {
    expect(await run(name, 12)).toBe(await run(name, 12));
  });

  it('readme finds the best recipe', async () => {
    expect(await run('readme', 0)).toContain('0 { sugar: 80, minutes: 12 }');
  });

  it('has a test in this file', () => {
    const sources = readdirSync(dirname(fileURLToPath(import.meta.url)), { withFileTypes: true });
    const programs = sources.filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'));
    expect(programs.map(({ name }) => name.slice(0, -3)).sort()).toEqual([
      'ask-tell',
      'coarse-to-fine',
      'conditional',
      'custom-sampler',
      'early-stopping',
      'experiment',
      'forest',
      'learning-rates',
      'network',
      'readme',
      'retrieval',
      'ridge-gradients',
      'simulator',
      'svm',
      'svm-search',
      'trading',
      'two-workers',
      'xgboost',
    ]);
  });
});

/** The states, parameters and values of the study in `svm.db`, by trial number. */
async function stored() {
  const study = await loadStudy({ name: 'svm', storage: join(folder, 'svm.db') });
  const trials = await study.trials();
  await study.close();
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
  return trials.map(({ state, flatParams, values, intermediateValues }) => ({
    state,
    flatParams,
    values,
    intermediateValues,
  }));
}

describe('svm', { timeout: 300_000 }, () => {
  it('creates a study and continues it', async () => {
    const first = await run('svm', 10);
    expect(first).toContain('new study in svm.db');
    expect(first).toMatch(/^10\/10 trials \| best 0\.\d+ \(trial \d\) \| [\d.]+ trials\/s$/m);
    expect(first).toMatch(/^best parameters: \d\d\.\d\d% accuracy in trial \d$/m);
    expect(first).toMatch(/^ten best trials\n {2}trial {2}accuracy {2}kernel/m);
    expect(first).toContain(`The study is stored in ${join(folder, 'svm.db')}`);
    expect(first).not.toMatch(/fetch|wasm|optimization finished/);
    const before = await stored();
    expect(before).toHaveLength(10);

    const second = await run('svm', 3);
    expect(second).toContain('resuming at trial 10 in svm.db');
    expect(second).not.toContain('was interrupted');
    const after = await stored();
    expect(after).toHaveLength(13);
    expect(after.slice(0, 10)).toEqual(before);
  });

  it('resumes after a kill with the same results', async () => {
    const kill = async (trials: number) => {
      const child = start('svm', 1000);
      while (!/in svm\.db/.test(child.output())) await sleep(20);
      while ((await stored()).length < trials) await sleep(20);
      child.kill('SIGKILL');
      await once(child, 'close');
      return stored();
    };
    let left = await kill(5);
    // The kill may hit between two trials, or before the parameters of a trial are stored. Then there is no trial to resume.
    const isInterrupted = () => left.at(-1)?.state === 'running' && left.at(-1)?.flatParams['kernel'] !== undefined;
    for (let i = 0; i < 10 && !isInterrupted(); i++) left = await kill(left.length + 3);
    expect(isInterrupted()).toBe(true);
    const orphan = left.length - 1;
    expect(left.map(({ state }) => state === 'running')).toEqual(left.map((_, i) => i === orphan));

    const output = await run('svm', 3);
    expect(output).toContain(`resuming at trial ${orphan} in svm.db`);
    expect(output).toContain(`trial ${orphan} was interrupted; it resumes with the same parameters`);
    const resumed = await stored();
    expect(resumed).toHaveLength(orphan + 3);
    expect(resumed[orphan]?.flatParams).toEqual(left[orphan]?.flatParams);
    expect(resumed.every(({ state }) => state === 'complete' || state === 'pruned')).toBe(true);
    expect(resumed.slice(0, orphan)).toEqual(left.slice(0, orphan));

    for (const file of readdirSync(folder)) rmSync(join(folder, file));
    await run('svm', orphan + 3);
    expect(await stored()).toEqual(resumed);
  });

  it('rejects an invalid number of trials', async () => {
    const child = spawn(process.execPath, [join(dist, 'svm.js'), 'many'], { cwd: folder });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('svm-search', { timeout: 300_000 }, () => {
  /** User attributes of the trials by number: the scores and times of their folds. */
  async function folds(): Promise<readonly FrozenTrial['userAttrs'][]> {
    if (!existsSync(join(folder, 'svm-search.db'))) return [];
    const study = await loadStudy({ name: 'StudySearchCV', storage: join(folder, 'svm-search.db') }).catch(() => null);
    if (study === null) return []; // not created yet
    const trials = await study.trials();
    await study.close();
    return trials.map(({ userAttrs }) => userAttrs);
  }

  it('says what the winner is worth, and goes on after a kill in the middle of a trial without fitting a fold again', async () => {
    const child = start('svm-search', 1000);
    const isInside = (attrs: FrozenTrial['userAttrs'] | undefined): boolean =>
      attrs?.['cv:fold:1'] !== undefined && attrs['cv:fold:4'] === undefined;
    let known = await folds();
    while (!(known.length > 1 && isInside(known.at(-1)))) {
      await sleep(5);
      known = await folds();
    }
    child.kill('SIGKILL');
    await once(child, 'close');
    const left = await folds();

    const output = await run('svm-search', left.length + 1);
    expect(output).toMatch(/^best candidates$/m);
    expect(output).toMatch(/^Best of \d+ candidates: .* in sample, .* out of sample/m);
    expect(output).toMatch(/^It is better than the baseline/m);
    const all = await folds();
    expect(all).toHaveLength(left.length + 1);
    // The times of a fit never repeat, so an equal attribute was not measured again.
    for (const [number, attrs] of left.entries()) expect(all[number]).toMatchObject(attrs);
  });
});

describe('network', { timeout: 300_000 }, () => {
  it('prints the best networks, and leaves no weights of finished trials', async () => {
    const output = await run('network', 2);
    expect(output).toMatch(/^2 trials, \d+ epochs in this run/m);
    expect(output).toMatch(/^best networks\n {2}trial {2}accuracy +rate/m);
    expect(readdirSync(join(folder, 'network-weights'))).toEqual([]);
  });

  it('goes on in the middle of a trial after a kill', async () => {
    const child = start('network', 1000);
    const weights = (): string[] => {
      const path = join(folder, 'network-weights');
      return existsSync(path) ? readdirSync(path).filter((name) => name.startsWith('trial')) : [];
    };
    while (weights().length === 0) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'close');
    const output = await run('network', 1);
    const epochs = Number(/(\d+) epochs in this run/.exec(output)?.[1]);
    expect(epochs).toBeLessThan(12);
    expect(weights()).toEqual([]);
  });
});
