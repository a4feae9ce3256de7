/** Optuna's NSGA samplers continue our studies, and the other way round. Needs a Python with Optuna, like optuna.test.ts. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { replayProposal } from '@asktell/core';
import {
  createStudy,
  type Directions,
  type FrozenTrial,
  loadStudy,
  NsgaIIISampler,
  NsgaIISampler,
  type Study,
  type Trial,
} from 'asktell';
import { afterAll, expect, test } from 'vitest';
import { describeWithOptuna, python } from '../../../../tests/real-optuna.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./generations_in_optuna.py', import.meta.url));

interface Answer {
  /** Generation of each trial. */
  readonly generations: readonly (number | null)[];
  /** Parent trials of each generation. */
  readonly parents: readonly (readonly number[])[];
}

const populationSize = 20;

/** The objective of the script. The optimum of the other dimensions is 0. */
function objective(trial: Trial, objectives: number): number[] {
  const x = [0, 1, 2, 3].map((i) => trial.suggestFloat(`x${i}`, 0, 1)) as [number, number, number, number];
  const rest = 1 + x[2] ** 2 + x[3] ** 2 + (trial.suggestCategorical('c', ['a', 'b', 'c']) === 'a' ? 1 : 0);
  return [x[0] * rest, (1 - x[0]) * rest, x[1] * rest].slice(0, objectives);
}

/** Runs our trials, three at a time. */
async function work(study: Study<object, Directions>, trials: number): Promise<void> {
  const objectives = study.directions.length;
  await study.optimize(async (trial) => objective(trial as Trial, objectives), { trials, concurrency: 3 });
}

const numbersOf = ({ flatParams }: FrozenTrial<object>): number[] =>
  [0, 1, 2, 3].map((i) => flatParams[`x${i}`] as number);

describeWithOptuna("Optuna's NSGA samplers continue our studies", () => {
  const folder = mkdtempSync(join(tmpdir(), 'asktell-generations-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const samplers = [
    ['NSGAIISampler', 2, () => new NsgaIISampler({ populationSize })],
    ['NSGAIIISampler', 3, () => new NsgaIIISampler({ populationSize })],
  ] as const;

  const optuna = async (file: string, kind: string, objectives: number, trials: number): Promise<Answer> => {
    const args = ['-W', 'ignore', script, file, 'front', kind, String(objectives), String(trials)];
    const { stdout, stderr } = await run(python, args);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Answer;
  };

  test.each(samplers)(
    '%s: 120 trials here, 45 there, 30 here, 5 there',
    { timeout: 300_000 },
    async (kind, n, make) => {
      const file = join(folder, `${kind}.db`);
      const directions = Array<'minimize'>(n).fill('minimize');
      let study: Study<object, Directions> = await createStudy({
        name: 'front',
        storage: file,
        directions,
        sampler: make(),
        seed: 4,
      });
      await work(study, 120);
      const ours = await study.trials();
      const front = (await study.bestTrials()).map(({ number }) => number);
      await study.close();

      const { generations, parents } = await optuna(file, kind, n, 45);
      const expected = [
        [120, 0],
        [20, 1],
        [20, 2],
        [5, 3],
      ].flatMap(([count, g]) => Array<number>(count as number).fill(g as number));
      expect(generations).toEqual(expected);
      const chosen = parents[1] as readonly number[];
      expect(chosen).toHaveLength(populationSize);
      // Optuna chooses the best of our trials: a subset of the front, or the front and more trials.
      if (front.length >= populationSize) expect(front).toEqual(expect.arrayContaining([...chosen]));
      else expect(chosen).toEqual(expect.arrayContaining(front));

      study = await loadStudy({ name: 'front', storage: file, sampler: make() });
      const before = await study.trials();
      // Crossover copies values of the parents. Mutation draws new ones.
      const stock = new Set(chosen.flatMap((number) => numbersOf(ours[number] as FrozenTrial<object>)));
      const genes = before.slice(120, 140).flatMap(numbersOf);
      expect(genes.filter((x) => stock.has(x)).length).toBeGreaterThan(genes.length / 2);

      await work(study, 30);
      const after = await study.trials();
      expect(after.slice(165).map(({ record }) => record.systemAttrs?.get(`${kind}:generation`))).toEqual(
        Array(30).fill(3),
      );
      // Optuna's trials are parents of ours: some of our values were first drawn by Optuna.
      const known = new Set(ours.flatMap(numbersOf));
      const drawn = new Set(
        before
          .slice(120)
          .flatMap(numbersOf)
          .filter((x) => !known.has(x)),
      );
      expect(after.slice(165).some((trial) => numbersOf(trial).some((x) => drawn.has(x)))).toBe(true);
      for (const { number, flatParams } of [...after.slice(0, 120), ...after.slice(165)]) {
        expect(await replayProposal(study, number)).toEqual(flatParams);
      }
      await study.close();

      const last = await optuna(file, kind, n, 5);
      expect(last.generations.slice(165)).toEqual([...Array<number>(30).fill(3), ...Array<number>(5).fill(4)]);
      expect(last.parents.slice(0, 4)).toEqual(parents);
      expect(last.parents[4]?.some((number) => number >= 165)).toBe(true);
    },
  );

  test('Optuna fills a generation that we started', { timeout: 300_000 }, async () => {
    const file = join(folder, 'few.db');
    const study = await createStudy({
      name: 'front',
      storage: file,
      directions: ['minimize', 'minimize'],
      sampler: new NsgaIISampler({ populationSize }),
      seed: 4,
    });
    await work(study, 12);
    await study.close();
    const { generations, parents } = await optuna(file, 'NSGAIISampler', 2, 10);
    expect(generations).toEqual([...Array<number>(20).fill(0), 1, 1]);
    expect(parents[1]).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
