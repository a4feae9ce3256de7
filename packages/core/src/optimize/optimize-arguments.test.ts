import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

describe('bad arguments of optimize', () => {
  it.each<readonly [objective: unknown, options: unknown, word: string]>([
    [undefined, {}, 'objective'],
    [5, {}, 'objective'],
    [() => 0, { trials: -1 }, 'trials'],
    [() => 0, { trials: 1.5 }, '1.5'],
    [() => 0, { trials: '9' }, '"9"'],
    [() => 0, { trials: Number.NaN }, 'NaN'],
    [() => 0, { trials: { total: -1 } }, '{ total: … }'],
    [() => 0, { trials: {} }, '{ total: … }'],
    [() => 0, { concurrency: 0 }, 'concurrency'],
    [() => 0, { concurrency: 1.5 }, 'concurrency'],
    [() => 0, { concurrency: -2 }, '-2'],
    [() => 0, { concurrency: Number.POSITIVE_INFINITY }, 'Infinity'],
    [() => 0, { timeout: -1 }, 'timeout'],
    [() => 0, { timeout: Number.NaN }, 'timeout'],
    [() => 0, { timeout: '1s' }, '"1s"'],
    [() => 0, { progress: 'bar' }, '"bar"'],
    [() => 0, { n_trials: 5 }, '"n_trials"'],
    [() => 0, 5, 'options'],
    [() => 0, null, 'null'],
    [() => 0, { callbacks: () => 1 }, 'callbacks'],
    [() => 0, { callbacks: [5] }, 'callbacks'],
    [() => 0, { until: 5 }, 'until'],
    [() => 0, { catch: 'all' }, 'catch'],
    [() => 0, { catch: [5] }, 'catch'],
    [() => 0, { signal: {} }, 'signal'],
  ])('%o, %o', async (objective, options, word) => {
    const study = await createStudy({ sampler });
    const error = await refused('invalid-argument', () => study.optimize(objective as never, options as never));
    expect(error.message).toContain(word);
    expect(await study.trials()).toEqual([]);
  });
});
