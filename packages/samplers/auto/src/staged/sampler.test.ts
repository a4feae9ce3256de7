import {
  categorical,
  createStudy,
  drawUniform,
  float,
  group,
  int,
  isAsktellError,
  loadStudy,
  MemoryStorage,
  oneOf,
  replayProposal,
  type Sampler,
  savePart,
  where,
} from '@asktell/core';
import { GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import { CmaEsSampler, NsgaIISampler } from '@asktell/sampler-evolutionary';
import { GridSampler, PartialFixedSampler } from '@asktell/sampler-grid';
import { QmcSampler, RandomSampler } from '@asktell/sampler-random';
import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import type { StagedOptions } from './options.ts';
import type { SearchRegion } from './reported-regions.ts';
import { StagedSampler } from './sampler.ts';

const space = { x: float(-5, 5), rate: float(1e-4, 1, { log: true }), act: categorical(['relu', 'tanh', 'elu']) };
type Params = { readonly x: number; readonly rate: number; readonly act: string };
const loss = ({ x, rate, act }: Params): number =>
  (x - 2) ** 2 + Math.log10(rate / 0.01) ** 2 + (act === 'tanh' ? 0 : 3);

const coarse = (region: StagedOptions['stages'][0]['region'] = {}): StagedSampler =>
  new StagedSampler({
    stages: [
      { sampler: new RandomSampler(), trials: 24 },
      { sampler: new RandomSampler(), region },
    ],
  });

describe('StagedSampler', () => {
  it('gives the samplers of its stages a context that can be taken apart', async () => {
    const apart: Sampler = {
      name: 'apart',
      config: { version: 1, options: {} },
      supports: {},
      sampleOne: (_state, { rng }, name, dist) => drawUniform(dist, rng(name)),
    };
    const stages = [
      { sampler: apart, trials: 4 },
      { sampler: apart, region: {} },
    ];
    const study = await createStudy({ space, sampler: new StagedSampler({ stages }), seed: 1 });
    await study.optimize(({ params }) => loss(params), { trials: 8 });
    expect((await study.trials({ states: ['complete'] })).length).toBe(8);
  });

  it('searches the region of the best trials, and the whole space in a share of the trials', async () => {
    const sampler = coarse({ quantile: 0.25, margin: 0, outside: 0.25 });
    const study = await createStudy({ space, sampler, seed: 1 });
    await study.optimize(({ params }) => loss(params), { trials: 24 });
    await study.trials(); // refreshes the history
    const first = sampler.regions(study.history)[0] as SearchRegion;
    const { x, rate, act } = first.params as { [name: string]: { low: number; high: number; choices: string[] } };
    expect(first).toMatchObject({ stage: 2, trials: 24 });
    expect(first.around).toHaveLength(6);
    const trials = await study.trials();
    const bestXs = first.around.map((number) => trials[number]?.params.x as number);
    expect(x?.low).toBeLessThanOrEqual(Math.min(...bestXs));
    expect(x?.high).toBeGreaterThanOrEqual(Math.max(...bestXs));
    expect(act?.choices).toContain('tanh');
    // No value is better than the best one now. After ten such trials the region would double.
    await study.optimize(() => 1000, { trials: 9 });
    const inside = ({ params }: { readonly params: Params }): boolean =>
      params.x >= (x?.low as number) &&
      params.x <= (x?.high as number) &&
      params.rate >= (rate?.low as number) &&
      params.rate <= (rate?.high as number) &&
      act?.choices.includes(params.act) === true;
    const later = (await study.trials()).slice(24);
    const outside = later.filter(({ number }) => Math.floor((number + 1) * 0.25) > Math.floor(number * 0.25));
    expect(outside.map(({ number }) => study.history.note(number))).toEqual(
      [27, 31].map(() => ({ stage: 1, change: 1, outside: true })),
    );
    expect(later.filter((trial) => !outside.includes(trial)).every(inside)).toBe(true);
    expect(sampler.regions(study.history)).toEqual([first]);
    await study.optimize(() => 1000, { trials: 20 });
    await study.trials();
    const doubled = sampler.regions(study.history)[1];
    expect(doubled).toMatchObject({ stage: 2, trials: 34, params: { act: { choices: space.act.choices } } });
    const wide = doubled?.params['x'] as { readonly low: number; readonly high: number };
    expect(wide.high - wide.low).toBeCloseTo(Math.min(10, 2 * ((x?.high as number) - (x?.low as number))), 8);
  });

  it('narrows several times, each time around the best of all trials so far', async () => {
    const region = { margin: 0.1, outside: 0 };
    const sampler = new StagedSampler({
      stages: [
        { sampler: new QmcSampler(), trials: 16 },
        { sampler: new RandomSampler(), trials: 16, region },
        { sampler: new TpeSampler(), region: { ...region, quantile: 0.1 } },
      ],
    });
    const study = await createStudy({ space, sampler, seed: 2 });
    await study.optimize(({ params }) => loss(params), { trials: 80 });
    const width = (stage: number): number => {
      const { x } = sampler.regions(study.history).find((found) => found.stage === stage)?.params ?? {};
      const { low, high } = x as { readonly low: number; readonly high: number };
      return high - low;
    };
    expect(width(2)).toBeLessThan(7);
    expect(width(3)).toBeLessThan(width(2));
    expect(await study.bestValue()).toBeLessThan(0.05);
  });

  it('begins the next stage when a grid ends, in one worker and in several', async () => {
    const make = (): StagedSampler =>
      new StagedSampler({
        stages: [
          { sampler: new GridSampler({ points: { x: 4, rate: 3 } }) },
          { sampler: new TpeSampler(), region: {} },
        ],
      });
    for (const workers of [1, 5]) {
      const storage = new MemoryStorage();
      const study = await createStudy({ space, sampler: make(), seed: 3, storage });
      await study.optimize(async ({ params }) => loss(params), { trials: 60, concurrency: workers });
      const trials = await study.trials();
      const cells = new Set(trials.slice(0, 36).map(({ params }) => `${params.x} ${params.rate} ${params.act}`));
      expect(cells.size).toBe(36);
      expect(new Set(trials.slice(0, 36).map(({ params }) => params.x)).size).toBe(4);
      expect(make().regions(study.history)[0]).toMatchObject({ stage: 2 });
      expect(new Set(trials.slice(36).map(({ params }) => params.x)).size).toBeGreaterThan(10);
      for (const number of [10, 36, 40, 59]) {
        const { flatParams } = trials[number] as (typeof trials)[0];
        expect(await replayProposal(study, number)).toEqual(flatParams);
      }
    }
  });

  it('keeps only the branches of the best trials', async () => {
    const sampler = coarse({ outside: 0 });
    const branches = {
      model: oneOf({ svm: { c: float(0, 1) }, forest: { trees: int(1, 90), deep: group({ k: int(1, 9) }) }, none: {} }),
    };
    const study = await createStudy({ space: branches, sampler, seed: 1 });
    await study.optimize(({ params: { model } }) => (model.type === 'svm' ? model.c : 5 + model.type.length), {
      trials: 24,
    });
    await study.trials(); // refreshes the history
    expect(sampler.regions(study.history)[0]?.params['model']).toEqual({ choices: ['svm'] });
    await study.optimize(({ params: { model } }) => (model.type === 'svm' ? 2 : 0), { trials: 9 });
    const later = (await study.trials()).slice(24);
    expect(later.every(({ params: { model } }) => model.type === 'svm')).toBe(true);
  });

  it('proposes only what where(…) allows, and falls back to the whole space if the region is forbidden', async () => {
    const sampler = coarse({ margin: 0, outside: 0 });
    let border = -6;
    const study = await createStudy({ space: where({ x: float(-5, 5) }, (p) => p.x > border), sampler, seed: 1 });
    await study.optimize(({ params }) => params.x, { trials: 30 });
    border = 4;
    await study.optimize(({ params }) => params.x, { trials: 5 });
    expect((await study.trials()).slice(30).every(({ params }) => params.x > 4)).toBe(true);
  });

  it('takes enqueued and fixed values outside the region', async () => {
    const study = await createStudy({ space, sampler: coarse({ outside: 0 }), seed: 1 });
    await study.optimize(({ params }) => loss(params), { trials: 24 });
    await study.enqueue({ x: -5, act: 'elu' });
    expect((await study.ask()).params).toMatchObject({ x: -5, act: 'elu' });
    const fixing = new PartialFixedSampler({ fixed: { act: 'relu' }, base: coarse() });
    const fixed = await createStudy({ space, sampler: fixing, seed: 1 });
    await fixed.optimize(({ params }) => loss(params), { trials: 40 });
    expect((await fixed.trials()).every(({ params }) => params.act === 'relu')).toBe(true);
  });

  it('narrows the parameters of a define-by-run study', async () => {
    const sampler = new StagedSampler({
      stages: [
        { sampler: new RandomSampler(), trials: 20 },
        { sampler: new TpeSampler(), region: { outside: 0 } },
      ],
    });
    const study = await createStudy({ sampler, seed: 4 });
    await study.optimize(
      (trial) => {
        const kind = trial.suggestCategorical('kind', ['a', 'b']);
        const x = trial.suggestFloat('x', -5, 5);
        return kind === 'a' ? (x - 3) ** 2 + trial.suggestFloat('y', 0, 1) : 50 + x;
      },
      { trials: 60 },
    );
    const { params } = sampler.regions(study.history)[0] as SearchRegion;
    const { x, y, kind } = params as {
      [name: string]: { low: number; high: number; choices: string[] };
    };
    expect(x?.low).toBeGreaterThan(-4);
    expect(y?.low).toBeGreaterThanOrEqual(0);
    expect(kind?.choices).toEqual(['a']);
    const next = (await study.trials()).slice(20, 29);
    expect(next.every(({ params }) => (params['x'] as number) >= (x?.low as number))).toBe(true);
    expect(await study.bestValue()).toBeLessThan(0.2);
  });

  it('moves the region to a new best trial outside of it', async () => {
    const sampler = coarse({ outside: 0 });
    const study = await createStudy({ space, sampler, seed: 1 });
    await study.optimize(({ params }) => loss(params), { trials: 24 });
    await study.enqueue({ x: -4.9, rate: 1e-4, act: 'elu' });
    await study.optimize(() => -100, { trials: 1 });
    await study.optimize(() => 1000, { trials: 9 });
    await study.trials(); // refreshes the history
    const regions = sampler.regions(study.history);
    expect(regions).toHaveLength(2);
    expect(regions[1]).toMatchObject({ stage: 2, trials: 25, params: { x: { low: -5 } } });
    expect(regions[1]?.around[0]).toBe(24);
    expect((await study.trials()).slice(25).every(({ params }) => params.x < 2)).toBe(true);
  });

  it('handles several objectives, if all of its samplers do', async () => {
    const stages = (second: Sampler) => [
      { sampler: new QmcSampler(), trials: 32 },
      { sampler: second, region: {} },
    ];
    const sampler = new StagedSampler({ stages: stages(new NsgaIISampler({ populationSize: 8 })) });
    const study = await createStudy({ space, sampler, directions: ['minimize', 'maximize'], seed: 1 });
    await study.optimize(({ params }) => [loss(params), params.x], { trials: 60 });
    expect(sampler.regions(study.history)).toHaveLength(1);
    const one = new StagedSampler({ stages: stages(new CmaEsSampler()) });
    await refused('unsupported', () => createStudy({ space, sampler: one, directions: ['minimize', 'maximize'] }));
  });

  it('counts failed trials, and searches everywhere if no trial is complete', async () => {
    const sampler = coarse({ outside: 0 });
    const study = await createStudy({ space, sampler, seed: 1, log: 'silent' });
    for (let i = 0; i < 30; i++) await study.fail(await study.ask(), 'no licence');
    expect(await study.trials()).toHaveLength(30);
    expect(sampler.regions(study.history)).toEqual([]);
    const { number } = await study.ask();
    await study.trials();
    expect(study.history.note(number)).toEqual({ stage: 1, change: 1 });
  });

  it('is saved with its samplers and restored', async () => {
    const storage = new MemoryStorage();
    const sampler = new StagedSampler({
      stages: [
        { sampler: new GridSampler({ points: { x: 3, rate: 2 } }) },
        { sampler: new TpeSampler({ startupTrials: 3 }), trials: 9, region: { quantile: 0.5 } },
        { sampler: new GpSampler({ deterministic: true }), region: { outside: 0 } },
      ],
      seed: 7,
    });
    await createStudy({ sampler, storage, name: 's', space });
    const samplers = [GridSampler, TpeSampler, GpSampler, StagedSampler];
    const study = await loadStudy({ storage, samplers });
    expect(study.sampler).toBeInstanceOf(StagedSampler);
    expect([study.sampler.config, study.sampler.seed]).toEqual([sampler.config, 7]);
    expect(savePart(sampler)).toMatchObject({
      name: 'staged',
      options: { stages: [{ sampler: { name: 'grid' } }, { trials: 9 }, { region: { quantile: 0.25, outside: 0 } }] },
    });
    const { message } = await refused('unknown-sampler', () => loadStudy({ storage, samplers: [StagedSampler] }));
    expect(message).toContain('"grid"');
  });

  it('uses the seeds of its samplers', async () => {
    const values = async (seed: number | undefined): Promise<unknown> => {
      const first = new RandomSampler(seed === undefined ? {} : { seed });
      const sampler = new StagedSampler({ stages: [{ sampler: first, trials: 5 }, { sampler: new RandomSampler() }] });
      const study = await createStudy({ space, sampler, seed: 1 });
      await study.optimize(({ params }) => loss(params), { trials: 10 });
      return (await study.trials()).map(({ params }) => params.x);
    };
    const [own, other, none] = [await values(5), await values(6), await values(undefined)] as [
      number[],
      number[],
      number[],
    ];
    expect(own.slice(0, 5)).not.toEqual(other.slice(0, 5));
    expect(own.slice(5)).toEqual(other.slice(5));
    expect(none.slice(5)).toEqual(other.slice(5));
  });

  it.each([
    [undefined, 'options must be an object'],
    [{}, 'stages is missing'],
    [{ stages: [{ sampler: new RandomSampler(), trials: 3 }] }, 'at least two stages'],
    [{ stages: [{ sampler: new RandomSampler(), trials: 3 }, {}] }, 'stage 2 has no sampler'],
    [{ stages: [{ sampler: {}, trials: 3 }, { sampler: new RandomSampler() }] }, 'sampler must be a sampler'],
    [{ stages: [{ sampler: new RandomSampler() }, { sampler: new RandomSampler() }] }, 'stage 1 has no end'],
    [{ stages: [{ sampler: new RandomSampler(), trials: 0 }, { sampler: new RandomSampler() }] }, 'trials must be'],
    [
      {
        stages: [
          { sampler: new RandomSampler(), trials: 3 },
          { sampler: new RandomSampler(), trials: 3 },
        ],
      },
      'the last stage has no end',
    ],
    [
      { stages: [{ sampler: new RandomSampler(), trials: 3, region: {} }, { sampler: new RandomSampler() }] },
      'stage 1 cannot have a region',
    ],
    [
      {
        stages: [
          { sampler: new RandomSampler(), trials: 3 },
          { sampler: new RandomSampler(), region: { quantile: 0 } },
        ],
      },
      'quantile must be a number above 0 and at most 1, not 0',
    ],
    [
      {
        stages: [
          { sampler: new RandomSampler(), trials: 3 },
          { sampler: new RandomSampler(), region: { escape: 1 } },
        ],
      },
      'there is no option "escape"',
    ],
    [
      {
        stages: [
          { sampler: new RandomSampler(), trials: 3 },
          { sampler: new PartialFixedSampler({ fixed: { x: 1 }, base: new RandomSampler() }) },
        ],
      },
      'must not fix parameters',
    ],
  ])('rejects %j', (options, message) => {
    try {
      new StagedSampler(options as never);
      throw new Error('accepted');
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
      expect((error as Error).message).toContain(message);
    }
  });
});
