import {
  categorical,
  createStudy,
  drawUniform,
  float,
  int,
  isAsktellError,
  type Json,
  keys,
  loadStudy,
  MemoryStorage,
  oneOf,
  replayProposal,
  rngFor,
  type Sampler,
  type Space,
  type Study,
  type Trial,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { DifferentialEvolutionSampler } from './de/sampler.ts';
import { GeneticSampler } from './genetic/sampler.ts';

interface Sized {
  readonly populationSize?: number;
  readonly seed?: number;
}

interface Kind {
  readonly make: (options?: Sized) => Sampler;
  readonly fromConfig: (options: Json) => Sampler;
}

const kinds: readonly (readonly [string, Kind])[] = [
  [
    'genetic',
    { make: (options) => new GeneticSampler(options), fromConfig: (options) => GeneticSampler.fromConfig(options) },
  ],
  [
    'differential evolution',
    {
      make: (options) => new DifferentialEvolutionSampler(options),
      fromConfig: (options) => DifferentialEvolutionSampler.fromConfig(options),
    },
  ],
];

const mixed = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 6),
  act: categorical(['relu', 'tanh', null]),
  model: oneOf({ svm: { c: float(0.1, 10) }, forest: { trees: int(10, 100, { step: 10 }) }, none: {} }),
} satisfies Space;

/** The objective, lower is better: a smooth part, one good choice, one good branch. */
function loss(params: { readonly [name: string]: unknown }): number {
  const model = params['model'] as { readonly type: string; readonly c?: number; readonly trees?: number };
  const branch = model.type === 'svm' ? 0.1 * Math.abs((model.c as number) - 3) : model.type === 'forest' ? 0.5 : 1;
  const lr = Math.log10(params['lr'] as number) + 3;
  return lr * lr + 0.3 * Math.abs((params['layers'] as number) - 4) + (params['act'] === 'tanh' ? 0 : 0.6) + branch;
}

/** Runs seven trials at a time and tells them in a fixed order. Reloads the study at the trial numbers `restartAt`. */
async function sevenWorkers(kind: Kind, trials: number, restartAt: readonly number[]): Promise<Study> {
  const storage = new MemoryStorage();
  const options = { name: 'study', storage, space: mixed, sampler: kind.make({ populationSize: 10 }), worker: 'w' };
  let study = (await createStudy({ ...options, seed: 3 })) as unknown as Study;
  const open: { readonly number: number; readonly value: number }[] = [];
  const schedule = rngFor(1, 0, 'schedule');
  for (let asked = 0; asked < trials || open.length > 0; ) {
    if (asked < trials && open.length < 7) {
      if (restartAt.includes(asked)) {
        const sampler = kind.make({ populationSize: 10 });
        study = (await loadStudy({ ...options, sampler, orphans: 'leave' })) as unknown as Study;
      }
      const trial = (await study.ask()) as Trial;
      open.push({ number: trial.number, value: loss(trial.params) });
      asked++;
    } else {
      const [next] = open.splice(schedule.int(0, open.length - 1), 1);
      if (next === undefined) continue;
      if (next.number % 9 === 4) await study.tell(next.number, undefined, { state: 'fail', reason: 'every ninth' });
      else if (next.number % 11 === 5) await study.tell(next.number, undefined, { state: 'pruned' });
      else await study.tell(next.number, next.value);
    }
  }
  return study;
}

async function facts(study: Study): Promise<unknown[]> {
  return (await study.trials()).map(({ number, state, flatParams, record }) => [
    number,
    state,
    flatParams,
    record.systemAttrs?.get(keys.note),
  ]);
}

async function bestOf(sampler: Sampler, seed: number, trials: number): Promise<number> {
  const study = await createStudy({ sampler, seed, space: mixed });
  for (let k = 0; k < trials; k++) {
    const [trial] = await study.askBatch(1, { total: trials });
    if (trial === undefined) break;
    await study.tell(trial, loss(trial.params));
  }
  return (await study.bestValue()) as number;
}

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

describe.each(kinds)('%s', (_, kind) => {
  it('resumes in the middle of a population with 7 running trials, with identical proposals', async () => {
    const whole = await facts(await sevenWorkers(kind, 60, []));
    expect(whole.length).toBe(60);
    expect(await facts(await sevenWorkers(kind, 60, [5, 17, 34, 35]))).toEqual(whole);
  });

  it('replays every trial of 7 workers from the storage', async () => {
    const study = await sevenWorkers(kind, 60, [25]);
    for (const { number, flatParams } of await study.trials()) {
      expect(await replayProposal(study, number)).toEqual(flatParams);
    }
  });

  it('starts like a random sampler and never waits, with many more workers than the population', async () => {
    const study = await createStudy({ sampler: kind.make({ populationSize: 8 }), seed: 2, space: mixed });
    const random = await createStudy({ sampler: uniform, seed: 2, space: mixed });
    const trials = await study.askBatch(40);
    expect(trials.map(({ params }) => params)).toEqual((await random.askBatch(40)).map(({ params }) => params));
    for (const trial of trials.slice(0, 20)) await study.tell(trial, loss(trial.params));
    const later = await study.askBatch(30);
    for (const trial of [...later, ...trials.slice(20)]) await study.tell(trial, loss(trial.params));
    expect((await study.trials({ states: ['complete'] })).length).toBe(70);
  });

  it('is better than random draws in a mixed space with branches for nine of ten seeds', async () => {
    let wins = 0;
    for (let seed = 0; seed < 10; seed++) {
      if ((await bestOf(kind.make(), seed, 150)) < (await bestOf(uniform, seed, 150))) wins++;
    }
    expect(wins).toBeGreaterThanOrEqual(9);
  });

  it('maximizes', async () => {
    const run = async (direction: 'minimize' | 'maximize', sign: number): Promise<unknown[]> => {
      const study = await createStudy({ sampler: kind.make({ populationSize: 6 }), seed: 4, space: mixed, direction });
      for (let k = 0; k < 40; k++) {
        const trial = await study.ask();
        await study.tell(trial, sign * loss(trial.params));
      }
      return (await study.trials()).map(({ flatParams }) => flatParams);
    };
    expect(await run('maximize', -1)).toEqual(await run('minimize', 1));
  });

  it('prefers feasible points, then less violation', async () => {
    const study = await createStudy({ sampler: kind.make(), seed: 4, space: { x: float(0, 1), y: float(0, 1) } });
    for (let k = 0; k < 150; k++) {
      const [trial] = await study.askBatch(1, { total: 150 });
      if (trial === undefined) break;
      await trial.setConstraint('far', 0.9 - trial.params.x);
      await study.tell(trial, trial.params.x + trial.params.y);
    }
    const late = (await study.trials()).slice(100);
    const feasible = late.filter(({ flatParams }) => (flatParams['x'] as number) >= 0.9);
    expect(feasible.length).toBeGreaterThan(25);
    expect(Math.min(...feasible.map(({ flatParams }) => flatParams['y'] as number))).toBeLessThan(0.05);
  });

  it('learns from enqueued and imported trials', async () => {
    const study = await createStudy({ sampler: kind.make({ populationSize: 5 }), seed: 4, space: { x: float(0, 1) } });
    for (let k = 0; k < 5; k++) {
      await study.addTrial({ params: { x: 0.9 + k / 1000 }, distributions: { x: float(0, 1) }, value: 1 } as never);
    }
    const first = await study.ask();
    expect(first.params.x).toBeGreaterThan(0.7);
    await study.enqueue({ x: 0.123 });
    const enqueued = await study.ask();
    expect(enqueued.params.x).toBe(0.123);
    await study.tell(enqueued, 0);
    await study.tell(first, 1);
    let near = 0;
    for (let k = 0; k < 30; k++) {
      const trial = await study.ask();
      if (Math.abs(trial.params.x - 0.123) < 0.1) near++;
      await study.tell(trial, Math.abs(trial.params.x - 0.123));
    }
    expect(near).toBeGreaterThan(10);
  });

  it('leaves a region in which everything fails', async () => {
    const space = { a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1) };
    for (const seed of [1, 2, 3]) {
      const study = await createStudy({ sampler: kind.make(), seed, space });
      let failed = 0;
      for (let k = 0; k < 300; k++) {
        const trial = await study.ask();
        const { a, b, c, d } = trial.params;
        // Nine of ten points fail.
        const fails = b > 0.3 || c > 1 / 3;
        if (fails && k >= 100) failed++;
        if (fails) await study.tell(trial, undefined, { state: 'fail', reason: 'diverged' });
        else await study.tell(trial, a + d);
      }
      expect(failed / 200).toBeLessThan(0.3);
    }
  });

  it('accepts a population larger than any study', async () => {
    const study = await createStudy({ sampler: kind.make({ populationSize: 2 ** 53 - 1 }), seed: 1, space: mixed });
    for (let k = 0; k < 10; k++) {
      const trial = await study.ask();
      await study.tell(trial, loss(trial.params));
    }
    expect((await study.trials({ states: ['complete'] })).length).toBe(10);
  });

  it('rarely repeats a point in a space with choices and a continuous range', async () => {
    const space = { x: float(0, 1), n: int(0, 3), m: oneOf({ a: { y: float(0, 1) }, b: {} }) };
    const study = await createStudy({ sampler: kind.make(), seed: 1, space });
    for (let k = 0; k < 400; k++) {
      const [trial] = await study.askBatch(1, { total: 400 });
      if (trial === undefined) break;
      const { x, n, m } = trial.params;
      await study.tell(trial, (x - 0.3) ** 2 + n + (m.type === 'b' ? 0 : 1 + m.y));
    }
    const points = (await study.trials()).map(({ flatParams }) => JSON.stringify(flatParams));
    expect(new Set(points).size).toBeGreaterThan(390);
  });

  it('avoids repeats from the first trial on', async () => {
    const space = { a: int(0, 2), b: categorical(['x', 'y', 'z']) };
    const study = await createStudy({ sampler: kind.make({ populationSize: 50 }), seed: 1, space });
    const seen = new Set<string>();
    for (let k = 0; k < 6; k++) {
      const trial = await study.ask();
      seen.add(JSON.stringify(trial.params));
      await study.tell(trial, 1);
    }
    expect(seen.size).toBe(6);
  });

  it('avoids repeats in a finite space', async () => {
    const space = { a: int(0, 4), b: categorical(['x', 'y', 'z', 'w']), c: int(1, 5) };
    const study = await createStudy({ sampler: kind.make({ populationSize: 10 }), seed: 1, space });
    const seen = new Set<string>();
    for (let k = 0; k < 60; k++) {
      const trial = await study.ask();
      const { a, b, c } = trial.params;
      seen.add(`${a}${b}${c}`);
      await study.tell(trial, Math.abs(a - 3) + Math.abs(c - 2) + (b === 'z' ? 0 : 1));
    }
    expect(seen.size).toBeGreaterThan(55);
    for (let k = 0; k < 90; k++) await study.tell(await study.ask(), 1); // more trials than points
  });

  it.each([
    ['one dimension', { x: float(-1, 1) }],
    ['200 dimensions', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, float(0, 1)]))],
    ['200 choices', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`c${i}`, categorical(['a', 'b'])]))],
    ['one single choice', { c: categorical(['only']) }],
    ['no parameters', {}],
  ] satisfies [string, Space][])('handles %s', async (_name, space) => {
    const study = await createStudy({ sampler: kind.make({ populationSize: 6 }), seed: 1, space });
    for (let k = 0; k < 30; k++) {
      const trial = await study.ask();
      await study.tell(trial, k % 3);
    }
    expect((await study.trials({ states: ['complete'] })).length).toBe(30);
  });

  it('is recreated from its config', () => {
    for (const options of [{}, { populationSize: 9, seed: 5 }]) {
      const sampler = kind.make(options);
      const again = kind.fromConfig(JSON.parse(JSON.stringify(sampler.config.options)) as Json);
      expect([again.name, again.config, again.seed]).toEqual([sampler.name, sampler.config, sampler.seed]);
      expect('seed' in again).toBe('seed' in options);
    }
  });

  it.each([
    [null, 'options must be an object'],
    [{ populationsize: 5 }, 'there is no option "populationsize"'],
    [{ populationSize: 1 }, 'populationSize must be a whole number'],
    [{ populationSize: 7.5 }, 'not 7.5'],
    [{ seed: -1 }, 'seed must be'],
  ])('rejects %j', (options, message) => {
    try {
      kind.make(options as never);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument'), String(error)).toBe(true);
      expect((error as Error).message).toContain(message);
    }
  });

  it('golden sequence: a change alters resumed studies', async () => {
    const study = await createStudy({ sampler: kind.make({ populationSize: 6 }), seed: 11, space: mixed });
    for (let k = 0; k < 16; k++) {
      const trial = await study.ask();
      await study.tell(trial, loss(trial.params));
    }
    const rounded = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(10)) : value);
    expect(
      (await study.trials()).slice(10).map(({ flatParams }) => {
        return Object.fromEntries(Object.entries(flatParams).map(([name, value]) => [name, rounded(value)]));
      }),
    ).toMatchSnapshot();
  });
});

describe('the population of differential evolution', () => {
  /** The population size at the last of `trials` trials. */
  async function sizeAt(options: object, trials: number, total?: number): Promise<unknown> {
    const sampler = new DifferentialEvolutionSampler({ populationSize: 10, ...options });
    const study = await createStudy({ sampler, seed: 1, space: { x: float(0, 1), y: float(0, 1) } });
    for (let k = 0; k < trials; k++) {
      const [trial] = await study.askBatch(1, total === undefined ? {} : { total });
      if (trial === undefined) break;
      await study.tell(trial, trial.params.x + trial.params.y);
    }
    return (study.history.note(trials - 1) as { readonly size?: number } | undefined)?.size;
  }

  it('shrinks to its final size with the budget of the option or of the ask', async () => {
    expect(await sizeAt({ budget: 100 }, 51)).toBe(7);
    expect(await sizeAt({ budget: 100 }, 101)).toBe(4);
    expect(await sizeAt({ budget: 100 }, 130)).toBe(4);
    expect(await sizeAt({ finalPopulationSize: 6 }, 100, 100)).toBe(6);
    expect(await sizeAt({ budget: 50 }, 51, 1000)).toBe(4);
  });

  it('shrinks to half its size without a budget', async () => {
    expect(await sizeAt({}, 101)).toBe(8);
    expect(await sizeAt({}, 260)).toBe(5);
    expect(await sizeAt({ finalPopulationSize: 10 }, 260)).toBe(10);
  });
});
