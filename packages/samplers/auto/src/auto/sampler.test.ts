import {
  categorical,
  createStudy,
  type Explanation,
  float,
  int,
  isAsktellError,
  oneOf,
  rngFor,
  type Space,
  type Why,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { AutoOptions } from './options.ts';
import { AutoSampler } from './sampler.ts';

const finite = { a: int(1, 3), model: oneOf({ x: { b: int(0, 1) }, y: { c: categorical(['u', 'v', 'w']) } }) };
const plane = { x: float(-5, 5), y: float(-5, 5) };

function studyOf<const S extends Space>(space: S, options: AutoOptions = {}) {
  return createStudy({ space, seed: 3, sampler: new AutoSampler(options) });
}

describe('AutoSampler', () => {
  it.each<readonly [string, AutoOptions]>([
    ['expensive trials', {}],
    ['cheap trials', { cost: 'cheap', recipe: { cheapTotal: 8, cheapTrials: 8 } }],
  ])('tries every point of a finite space before it repeats one: %s', async (_, options) => {
    const study = await studyOf(finite, options);
    await study.optimize(({ params }) => params.a, { trials: 15 });
    const points = readTrials(await study.trials());
    expect(new Set(points).size).toBe(15);
  });

  it('prints a notice when all points are tried, and goes on', async () => {
    const lines: string[] = [];
    const output = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
    const study = await createStudy(
      { space: { a: int(1, 3) }, seed: 1, sampler: new AutoSampler() },
      {
        environment: {
          process: null,
          compileExpression: null,
          output: { interactive: false, columns: 80, status: () => {}, ...output },
        },
      },
    );
    await study.optimize(({ params }) => params.a, { trials: 6 });
    expect((await study.trials()).length).toBe(6);
    expect(lines.filter((line) => line.includes('has tried all 3 points'))).toHaveLength(1);
  });

  it('repeats points after standard errors were told', async () => {
    const study = await studyOf({ a: int(1, 3) });
    for (let n = 0; n < 6; n++) await study.tell(await study.ask(), n % 2, { sem: 0.5 });
    const known = readTrials(await study.trials());
    expect(known.length).toBe(6);
    expect(new Set(known).size).toBeLessThan(6);
  });

  it('proposes new points for eight pending trials', async () => {
    const study = await studyOf(finite);
    for (let n = 0; n < 7; n++) await study.tell(await study.ask(), n);
    const trials = await study.askBatch(8);
    const done = readTrials(await study.trials());
    expect(trials).toHaveLength(8);
    expect(new Set(done).size).toBe(15);
  });

  it('starts CMA-ES from the best trials and ends with Gaussian processes', async () => {
    const study = await studyOf(plane, { recipe: { modelTrials: 20, mostModelTrials: 20, endShare: 0.1 } });
    await study.optimize(({ params: { x, y } }) => (x - 1) ** 2 + 100 * (y - x) ** 2, { trials: { total: 60 } });
    const proposers = await Promise.all((await study.trials()).map(async (trial) => (await trial.why()).sampler));
    expect(proposers.slice(0, 20)).toEqual(Array<string>(20).fill('gp'));
    expect(proposers.slice(20, 54)).toEqual(Array<string>(34).fill('cmaes'));
    expect(proposers.slice(54)).toEqual(Array<string>(6).fill('gp'));
    const why = await ((await study.trials())[30] as { why(): Promise<Why> }).why();
    expect(why).toMatchObject({ sampler: 'cmaes', restarts: 0, how: expect.stringMatching(/normal distribution/) });
    expect(number(why, 'stepSize')).toBeGreaterThan(0);
    expect(await study.bestValue()).toBeLessThan(1e-3);
  });

  it('explains a trial with the prediction of its sampler', async () => {
    const study = await studyOf(plane);
    await study.optimize(({ params: { x, y } }) => x ** 2 + y ** 2, { trials: 12 });
    const trial = await study.ask();
    const why = await trial.why();
    expect(why).toMatchObject({ sampler: 'gp', arm: expect.any(String), reason: expect.stringMatching(/^Gaussian/) });
    expect(number(why, 'deviation')).toBeGreaterThanOrEqual(0);
    expect(number(why, 'mean')).toBeLessThan(10);
    await study.tell(trial, 1);
    await study.optimize(({ params: { x, y } }) => x ** 2 + y ** 2, { trials: 5 });
    expect(await (await study.trials())[12]?.why()).toEqual(why);
  });

  it('lets Gaussian processes and TPE take turns after 50 trials if their model has found noise', async () => {
    const proposersOf = async (noise: number): Promise<readonly (string | null)[]> => {
      const study = await studyOf(plane);
      const rng = rngFor(1, 0, 'noise');
      await study.optimize(({ params: { x, y } }) => x ** 2 + y ** 2 + noise * rng.normal(), { trials: 70 });
      return Promise.all((await study.trials()).map(async (trial) => (await trial.why()).sampler));
    };
    const [exact, noisy] = [await proposersOf(0), await proposersOf(10)];
    expect(new Set(exact)).toEqual(new Set(['gp']));
    expect(new Set(noisy.slice(0, 50))).toEqual(new Set(['gp']));
    expect(noisy.slice(50)).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'gp' : 'tpe')));
  });

  it('explains a trial of TPE with the ratio of its densities', async () => {
    const study = await studyOf(plane, { cost: 'cheap' });
    await study.optimize(({ params: { x, y } }) => x ** 2 + y ** 2, { trials: 20 });
    const why = await (await study.ask()).why();
    expect(why.sampler).toBe('tpe');
    expect(number(why, 'logDensityRatio')).toBeGreaterThan(0);
  });

  it('follows derivatives after they were told', async () => {
    const study = await studyOf(plane);
    for (let n = 0; n < 12; n++) {
      const trial = await study.ask();
      const { x, y } = trial.params;
      await study.tell(trial, (x - 1) ** 2 + 4 * (y + 2) ** 2, {
        gradient: { x: 2 * (x - 1), y: 8 * (y + 2) },
      });
    }
    const trials = await study.trials();
    expect((await trials[0]?.why())?.sampler).toBe('gp');
    expect((await trials[11]?.why())?.sampler).toBe('hypergradient');
    expect(await study.bestValue()).toBeLessThan(1e-6);
  });

  it('works define-by-run, with branches', async () => {
    const study = await createStudy({ seed: 1, sampler: new AutoSampler({ recipe: { modelTrials: 15 } }) });
    await study.optimize(
      (trial) => {
        const x = trial.suggestFloat('x', -5, 5);
        return trial.suggestCategorical('kind', ['a', 'b']) === 'a' ? x ** 2 + trial.suggestFloat('y', 0, 1) : 3;
      },
      { trials: 40 },
    );
    expect(await study.bestValue()).toBeLessThan(0.2);
    const proposers = await Promise.all((await study.trials()).map(async (trial) => (await trial.why()).sampler));
    expect(proposers[0]).toBe('gp');
    expect(new Set(proposers.slice(10))).toEqual(new Set(['tpe']));
  });

  it('refuses unknown options and values', () => {
    for (const options of [{ cost: 'free' }, { cots: 'cheap' }, { recipe: { modelTrials: 0 } }, { seed: -1 }])
      expect(() => new AutoSampler(options as never)).toThrowError(
        expect.toSatisfy((error: unknown) => isAsktellError(error, 'invalid-argument')),
      );
  });
});

function number(why: Why | Explanation, detail: string): number {
  return why[detail] as number;
}

function readTrials(trials: readonly { readonly flatParams: object }[]): readonly string[] {
  return trials.map(({ flatParams }) => JSON.stringify(flatParams));
}
