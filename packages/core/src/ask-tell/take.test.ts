import { ExclusiveSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, int } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

const numbers = async (study: Study<never> | Study, options = {}): Promise<number[]> => {
  const out: number[] = [];
  for await (const trial of (study as Study).take(options)) {
    out.push(trial.number);
    await (study as Study).tell(trial, 0);
  }
  return out;
};

describe('take', () => {
  it('yields that many trials, the queue first', async () => {
    const study = await createStudy({ sampler });
    await study.enqueue({ x: 1 });
    await study.enqueue({ x: 2 });
    expect(await numbers(study, { trials: 3 })).toEqual([0, 1, 2]);
    expect(await numbers(study, { trials: 0 })).toEqual([]);
    expect(await numbers(study, { trials: { total: 5 } })).toEqual([3, 4]);
    expect(await numbers(study, { trials: { total: 5 } })).toEqual([]);
  });

  it('ends at stop(), and when the loop is left', async () => {
    const study = await createStudy({ sampler });
    for await (const trial of study.take()) {
      await study.tell(trial, 0);
      if (trial.number === 2) study.stop();
    }
    for await (const trial of study.take()) {
      await study.tell(trial, 0);
      if (trial.number === 4) break;
    }
    expect(await study.trials()).toHaveLength(5);
    expect(await numbers(study, { trials: 1 })).toEqual([5]); // the stop is not remembered
  });

  it('an untold trial stays running', async () => {
    const study = await createStudy({ sampler });
    for await (const trial of study.take({ trials: 3 })) if (trial.number !== 1) await study.tell(trial, 0);
    expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'running', 'complete']);
    expect(await numbers(study, { trials: 1 })).toEqual([3]); // it is at work, no orphan
  });

  it.each([{ trials: -1 }, { trials: 0.5 }, { trials: { total: '3' } }, { trial: 3 }, 3])(
    'refuses %o',
    async (options) => {
      const study = await createStudy({ sampler });
      await refused('invalid-argument', () => numbers(study, options as never));
      expect(await study.trials()).toEqual([]);
    },
  );
});

describe('an exhausted sampler', () => {
  const space = { n: int(0, 2), c: categorical(['a', 'b']) };

  it('ends take and optimize, and rejects ask', async () => {
    const study = await createStudy({ sampler: new ExclusiveSampler(), space });
    const taken: string[] = [];
    for await (const trial of study.take()) {
      taken.push(JSON.stringify(trial.params));
      await study.tell(trial, 0);
      if (taken.length === 2) break;
    }
    await study.optimize(async () => 0, { concurrency: 3 });
    const trials = await study.trials();
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(6);
    expect(trials).toHaveLength(6);
    await study.optimize(() => expect.unreachable());
    expect(await numbers(study as never)).toEqual([]);
    expect((await refused('exhausted', () => study.ask())).message).toMatch(/"exclusive".*every point/);
    expect(await study.trials()).toHaveLength(6);
  });

  it('is not reported when the budget ends the loop first', async () => {
    const study = await createStudy({ sampler: new ExclusiveSampler(), space });
    await study.optimize(() => 0, { trials: { total: 4 } });
    expect(await study.askBatch(1, { total: 4 })).toEqual([]);
    expect(await study.trials()).toHaveLength(4);
    await study.optimize(() => 0);
    expect(await study.trials()).toHaveLength(6);
  });

  it('leaves a queued trial that it cannot fill in the queue', async () => {
    const one: Sampler = {
      ...sampler,
      supports: { exclusive: true },
      propose: (_state, { trial }) => (trial.number === 0 ? { x: Float64Array.of(0, 0) } : 'exhausted'),
    };
    const study = await createStudy({ sampler: one, space });
    await study.ask();
    await study.enqueue({ n: 1 });
    await refused('exhausted', () => study.ask());
    expect((await study.trials()).map(({ state }) => state)).toEqual(['running', 'waiting']);
  });
});
