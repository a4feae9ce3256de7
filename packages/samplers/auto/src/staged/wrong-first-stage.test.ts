import {
  compileSpace,
  createStudy,
  fromUnit,
  rngFor,
  type Sampler,
  toExternal,
  toInternal,
  toUnit,
} from '@asktell/core';
import { GpSampler } from '@asktell/sampler-bayesian';
import { RandomSampler } from '@asktell/sampler-random';
import { flatParams, type Problem, type ProblemParams, problems } from '@asktell/testing/problems';
import { describe, expect, it } from 'vitest';
import { StagedSampler } from './sampler.ts';

describe('a wrong first stage', () => {
  /** 20 points in a corner of the space, half the range away from the optimum in every parameter. */
  async function misled(problem: Problem, sampler: Sampler, seed: number) {
    const { compiled } = compileSpace(problem.space);
    const { params, value } = problem.optimum as { readonly params: ProblemParams; readonly value: number };
    const best = flatParams(params);
    const loss = (point: object): number => problem.objective(point as ProblemParams).values[0] as number;
    const study = await createStudy({ space: problem.space, sampler, seed });
    for (let i = 0; i < 20; i++) {
      const rng = rngFor(seed, i, 'misleading');
      const point = Object.fromEntries(
        compiled.params.map(({ name, dist }) => {
          const far = (toUnit(dist, toInternal(dist, best[name])) + 0.5) % 1;
          const low = Math.min(0.75, Math.max(0, far - 0.125));
          return [name, toExternal(dist, fromUnit(dist, low + 0.25 * rng.float()))];
        }),
      );
      await study.addTrial({ params: point, value: loss(point) } as never);
    }
    await study.optimize((trial) => loss(flatParams(trial.params)), { trials: 150 });
    return { misleading: (await study.trials()).slice(0, 20), regret: ((await study.bestValue()) as number) - value };
  }

  const small = ['ellipsoid-3d-shifted', 'ackley-3d-rotated', 'branin-2d-rotated', 'hartmann3-3d-rotated'];
  const chosen = problems.filter(({ name }) => small.includes(name)).map((problem) => [problem.name, problem] as const);

  it.each(chosen)('does not keep the search from the optimum of %s', { timeout: 300_000 }, async (_name, problem) => {
    const region = { margin: 0.25 };
    const sampler = new StagedSampler({
      stages: [
        { sampler: new RandomSampler(), trials: 20 },
        { sampler: new GpSampler(), region },
      ],
    });
    let found = 0;
    for (let seed = 1; seed <= 2; seed++) {
      const { misleading, regret } = await misled(problem, sampler, seed);
      const optimum = (problem.optimum as { readonly value: number }).value;
      const misled20 = Math.min(...misleading.map(({ value }) => value as number)) - optimum;
      if (regret < 0.02 * misled20) found++;
    }
    expect(found).toBe(2);
  });
});
