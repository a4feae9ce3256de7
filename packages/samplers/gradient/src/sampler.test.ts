import {
  categorical,
  createStudy,
  float,
  int,
  loadStudy,
  MemoryStorage,
  NopPruner,
  oneOf,
  readNote,
  type Sampler,
  type Space,
  type Study,
  savePart,
  type Trial,
  where,
} from '@asktell/core';
import { BranchSampler, ExclusiveSampler, PopulationSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { type ChainNote, chainNote } from './note.ts';
import type { HypergradientOptions } from './options.ts';
import { HypergradientSampler } from './sampler.ts';

const overPopulation = (options: Partial<HypergradientOptions> = {}) =>
  new HypergradientSampler({ base: new PopulationSampler(), ...options });

type Values = { readonly [name: string]: number };

/** log10(lr) = -2 and x = 1 are best. */
const space = { lr: float(1e-5, 1, { log: true }), x: float(-3, 3) };
const loss = ({ lr = 0, x = 0 }: Values): number => (Math.log10(lr) + 2) ** 2 + (x - 1) ** 2;
const slopes = ({ lr = 0, x = 0 }: Values): Values => ({
  lr: (2 * (Math.log10(lr) + 2)) / (lr * Math.LN10),
  x: 2 * (x - 1),
});

async function open(given: Space, sampler: Sampler = overPopulation(), seed = 1): Promise<Study> {
  return (await createStudy({ sampler, space: given, seed, pruner: new NopPruner() })) as unknown as Study;
}

/** Asks and tells `count` trials with their gradients. */
async function run(
  study: Study,
  count: number,
  value: (params: Values) => number = loss,
  gradient: (params: Values) => Values = slopes,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const trial = await study.ask();
    const params = trial.params as Values;
    await study.tell(trial, value(params), { gradient: gradient(params) });
  }
}

function noteOf(study: Study, row: number): ChainNote | null {
  return chainNote(study.history.note(row));
}

async function notes(study: Study): Promise<readonly (ChainNote | null)[]> {
  const all = await study.trials();
  return all.map(({ record }) => chainNote(readNote(record.systemAttrs?.get('asktell:note'))?.sampler));
}

describe('HypergradientSampler', () => {
  it('applies the chain rule to a log range and finds the minimum', async () => {
    const study = await open(space);
    await run(study, 15);
    expect(await study.bestValue()).toBeLessThan(1e-6);
  });

  it('maximizes', async () => {
    const study = await createStudy({ sampler: overPopulation(), space, direction: 'maximize', seed: 2 });
    const negated = (params: Values): Values =>
      Object.fromEntries(Object.entries(slopes(params)).map(([name, slope]) => [name, -slope]));
    await run(study as unknown as Study, 15, (params) => -loss(params), negated);
    expect(await study.bestValue()).toBeGreaterThan(-1e-6);
  });

  it('is its base after the first trial of a study without gradients', async () => {
    const study = await open(space);
    for (let i = 0; i < 20; i++) {
      const trial = await study.ask();
      await study.tell(trial, loss(trial.params as Values));
    }
    const alone = await open(space, new PopulationSampler());
    await alone.enqueue({ ...((await study.trials())[0]?.params as Values) });
    for (let i = 0; i < 20; i++) {
      const trial = await alone.ask();
      await alone.tell(trial, loss(trial.params as Values));
    }
    const paramsOf = async (of: Study) => (await of.trials()).map(({ params }) => params);
    expect(await paramsOf(study)).toEqual(await paramsOf(alone));
    expect((await notes(study)).every((note) => note === null)).toBe(true);
  });

  it('moves stepped floats from value to value, also to the ends of their range', async () => {
    const stepped = { a: float(0, 1, { step: 0.1 }), b: float(0, 1, { step: 0.1 }) };
    const study = await open(stepped);
    await run(
      study,
      25,
      ({ a = 0, b = 0 }) => (a - 0.7) ** 2 - b,
      ({ a = 0 }) => ({ a: 2 * (a - 0.7), b: -1 }),
    );
    expect(await study.bestParams()).toEqual({ a: 0.7, b: 1 });
  });

  it('holds a parameter without a derivative during steps, and lets the base propose it between them', async () => {
    const study = await open({ ...space, layers: int(1, 6), act: categorical(['relu', 'tanh']) });
    const value = (params: Values): number => loss(params) + 0.1 * (params['layers'] as number);
    await run(study, 40, value, (params) => ({ x: slopes(params)['x'] as number }));
    const all = await study.trials();
    let [held, changed] = [0, 0];
    for (const [row, note] of (await notes(study)).entries()) {
      if (note === null) continue;
      const [now, before] = [all[row]?.params, all[note.from]?.params] as [Values, Values];
      if (note.decrease === null) {
        expect(now['x']).toBe(before['x']);
        changed++;
      } else {
        expect({ ...now, x: 0 }).toEqual({ ...before, x: 0 });
        expect(now['x']).not.toBe(before['x']);
        held++;
      }
    }
    expect(held).toBeGreaterThan(2);
    expect(changed).toBeGreaterThan(2);
  });

  it('follows gradients inside a branch', async () => {
    const branches = { model: oneOf({ svm: { c: float(0.01, 100, { log: true }) }, none: {} }) };
    const study = await open(branches, new HypergradientSampler({ base: new BranchSampler() }));
    for (let i = 0; i < 30; i++) {
      const trial = await study.ask();
      const { model } = trial.params as { model: { type: string; c: number } };
      if (model.type === 'none') await study.tell(trial, 5);
      else {
        const miss = Math.log(model.c / 3);
        await study.tell(trial, miss * miss, { gradient: { 'model.svm.c': (2 * miss) / model.c } });
      }
    }
    expect(await study.bestValue()).toBeLessThan(1e-6);
  });

  it('shortens steps that where(…) forbids', async () => {
    const limited = where({ x: float(0, 1), y: float(0, 1) }, (p) => p.x + p.y <= 0.8);
    const study = await open(limited);
    await run(
      study,
      30,
      ({ x = 0, y = 0 }) => (x - 0.3) ** 2 + (y - 0.3) ** 2,
      ({ x = 0, y = 0 }) => ({ x: 2 * (x - 0.3), y: 2 * (y - 0.3) }),
    );
    expect((await study.trials()).every(({ params }) => Number(params['x']) + Number(params['y']) <= 0.8)).toBe(true);
    expect(await study.bestValue()).toBeLessThan(1e-4);
  });

  it('keeps the values that the study fixes', async () => {
    const study = await createStudy({ sampler: overPopulation(), space, fixed: { x: 0.5 }, seed: 3 });
    await run(study as unknown as Study, 20);
    expect((await study.trials()).every(({ params }) => params.x === 0.5)).toBe(true);
    expect((await study.bestValue()) as number).toBeCloseTo(0.25, 6);
  });

  it('lets parallel workers run different chains', async () => {
    const study = await open(space);
    const first = await study.askBatch(6);
    for (const trial of first) {
      const params = trial.params as Values;
      // Every point is in a valley of its own.
      await study.tell(trial, 0, { gradient: { lr: 0, x: params['x'] as number } });
    }
    const batch = await study.askBatch(4);
    const chains = batch.map(({ number }) => noteOf(study, number)?.chain).filter((chain) => chain !== undefined);
    expect(chains.length).toBeGreaterThan(1);
    expect(new Set(chains).size).toBe(chains.length);
  });

  it('rarely follows a gradient of the wrong sign', async () => {
    const study = await open(space);
    const wrong = (params: Values): Values =>
      Object.fromEntries(Object.entries(slopes(params)).map(([name, slope]) => [name, -slope]));
    await run(study, 100, loss, wrong);
    expect((await notes(study)).filter((note) => note !== null).length).toBeLessThan(20);
  });

  it('takes failed, pruned and infeasible steps for failures', async () => {
    const study = await open(space);
    let failed = 0;
    for (let i = 0; i < 40; i++) {
      const trial = await study.ask();
      const params = trial.params as Values;
      const isStep = noteOf(study, trial.number) !== null;
      if (isStep && failed % 3 === 0) await study.tell(trial, undefined, { state: 'fail' });
      else if (isStep && failed % 3 === 1) await study.tell(trial, Number.NaN);
      else {
        if (isStep) await trial.setConstraint('c', 1);
        await study.tell(trial, loss(params), { gradient: slopes(params) });
      }
      if (isStep) failed++;
    }
    // A chain ends after six failures in a row, so at least the base has had a turn.
    expect(failed).toBeGreaterThan(6);
    expect(failed).toBeLessThan(40);
  });

  it('suggests parameters one by one', async () => {
    const study = await createStudy({ sampler: overPopulation(), seed: 5 });
    for (let i = 0; i < 25; i++) {
      const trial: Trial = await study.ask();
      const params = { lr: trial.suggestFloat('lr', 1e-5, 1, { log: true }), x: trial.suggestFloat('x', -3, 3) };
      await study.tell(trial, loss(params), { gradient: slopes(params) });
    }
    expect(await study.bestValue()).toBeLessThan(1e-4);
  });

  it('is recreated from storage with its base', async () => {
    const storage = new MemoryStorage();
    const sampler = overPopulation({ starts: 2, firstStep: 0.5, seed: 9 });
    await createStudy({ sampler, storage, name: 's', space });
    const restorable = { savedName: 'population', fromConfig: () => new PopulationSampler() };
    const study = await loadStudy({ storage, samplers: [HypergradientSampler, restorable] });
    expect(study.sampler).toBeInstanceOf(HypergradientSampler);
    expect(study.sampler.config).toEqual(sampler.config);
    expect(study.sampler.seed).toBe(9);
    expect(savePart(sampler)).toMatchObject({ name: 'hypergradient', options: { base: { name: 'population' } } });
    await refused('unknown-sampler', () => loadStudy({ storage, samplers: [HypergradientSampler] }));
  });

  it('refuses several objectives', async () => {
    await refused('unsupported', () =>
      createStudy({ sampler: overPopulation(), directions: ['minimize', 'maximize'] }),
    );
  });

  it.each([
    [{}, 'base must be a sampler'],
    [{ base: {} }, 'base must be a sampler'],
    [{ base: new ExclusiveSampler() }, 'base must not be exclusive'],
    [{ base: { ...new PopulationSampler(), name: 'partial-fixed', sampleOne: () => 0 } }, 'Wrap it the other way'],
    [{ base: new PopulationSampler(), starts: 0 }, 'starts must be a whole number'],
    [{ base: new PopulationSampler(), firstStep: 2 }, 'firstStep must be a number greater than 0 and at most 1'],
    [{ base: new PopulationSampler(), seed: -1 }, 'seed must be'],
    [{ base: new PopulationSampler(), rate: 1 }, 'no option "rate"'],
  ])('rejects %j', async (options, message) => {
    const error = await refused('invalid-argument', () => new HypergradientSampler(options as never));
    expect(error.message).toContain(message);
  });
});
