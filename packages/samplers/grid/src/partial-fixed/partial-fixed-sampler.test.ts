import {
  categorical,
  createStudy,
  drawUniform,
  float,
  int,
  isAsktellError,
  loadStudy,
  MemoryStorage,
  oneOf,
  type SampleContext,
  type Sampler,
  savePart,
  where,
} from '@asktell/core';
import { BranchSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { GridSampler } from '../grid/grid-sampler.ts';
import { PartialFixedSampler } from './partial-fixed-sampler.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

const space = {
  lr: float(1e-4, 1, { log: true }),
  act: categorical(['relu', 'tanh', null]),
  model: oneOf({ svm: { c: float(0, 10) }, forest: { trees: int(1, 50) } }),
};

describe('PartialFixedSampler', () => {
  it('fixes the given parameters and leaves the others to its base', async () => {
    const sampler = new PartialFixedSampler({ fixed: { lr: 0.1, act: null, 'model.svm.c': 1 }, base: uniform });
    const study = await createStudy({ sampler, space, seed: 3 });
    await study.optimize(({ number }) => number, { trials: 40 });
    const all = (await study.trials()).map(({ params }) => params);
    expect(all.every(({ lr, act }) => lr === 0.1 && act === null)).toBe(true);
    const kinds = new Set(all.map(({ model }) => model.type));
    expect(kinds).toEqual(new Set(['svm', 'forest']));
    for (const { model } of all) if (model.type === 'svm') expect(model.c).toBe(1);
    // The base uses the same random streams as without fixed values.
    const free = await createStudy({ sampler: uniform, space, seed: 3 });
    await free.optimize(({ number }) => number, { trials: 40 });
    expect((await free.trials()).map(({ params }) => params.model.type)).toEqual(all.map(({ model }) => model.type));
  });

  it('passes the fixed values to the base, where enqueued values take precedence', async () => {
    const seen: number[][] = [];
    const base: Sampler = {
      ...uniform,
      propose: (_state: unknown, ctx: SampleContext) => {
        seen.push(Array.from(ctx.fixed));
        return { x: new Float64Array(ctx.space.params.length).fill(Number.NaN) };
      },
    };
    const study = await createStudy({
      sampler: new PartialFixedSampler({ fixed: { a: 2, b: 'y' }, base }),
      space: { a: int(1, 3), b: categorical(['x', 'y']), c: float(0, 1) },
    });
    await study.ask();
    await study.enqueue({ a: 3 });
    const trial = await study.ask();
    expect(seen).toEqual([
      [2, 1, Number.NaN],
      [3, 1, Number.NaN],
    ]);
    expect(trial.params).toMatchObject({ a: 3, b: 'y' });
  });

  it('fixes a branch for a base that proposes branches', async () => {
    const sampler = new PartialFixedSampler({ fixed: { model: 'forest' }, base: new BranchSampler() });
    const study = await createStudy({ sampler, space });
    await study.optimize(({ params }) => params.lr, { trials: 30 });
    expect((await study.trials()).every(({ params }) => params.model.type === 'forest')).toBe(true);
    expect(
      new Set((await study.trials()).map(({ params }) => params.model.type === 'forest' && params.model.trees)).size,
    ).toBeGreaterThan(3);
  });

  it('keeps the fixed values when where(…) makes the study draw', async () => {
    const base: Sampler = {
      ...uniform,
      sampleOne: (_s, _c, _n, dist) => (dist.kind === 'categorical' ? null : dist.low),
    };
    const study = await createStudy({
      sampler: new PartialFixedSampler({ fixed: { a: 4 }, base }),
      space: where({ a: int(0, 9), b: int(0, 9) }, (p) => p.a + p.b === 9),
    });
    expect((await study.ask()).params).toEqual({ a: 4, b: 5 });
    const stuck = await createStudy({
      sampler: new PartialFixedSampler({ fixed: { a: 4 }, base }),
      space: where({ a: int(0, 9), b: int(0, 9) }, (p) => p.a > 5),
    });
    expect((await refused('unsatisfiable-space', () => stuck.ask())).message).toContain('fixed: a');
  });

  it('ends when all points with the fixed values have been tried', async () => {
    const cube = { a: int(1, 3), b: int(1, 3), c: int(1, 3) };
    const fixed = { b: 2 };
    for (const study of [
      await createStudy({
        sampler: new PartialFixedSampler({ fixed, base: uniform }),
        space: cube,
        duplicates: 'avoid',
      }),
      await createStudy({ sampler: new PartialFixedSampler({ fixed, base: new GridSampler() }), space: cube }),
    ]) {
      await study.enqueue({ a: 1, b: 3 });
      await study.optimize(({ number }) => number, { trials: 100 });
      const all = (await study.trials()).map(({ params }) => Object.values(params).join(''));
      expect(all).toHaveLength(10);
      expect(all.slice(1).every((text) => text[1] === '2')).toBe(true);
      expect(new Set(all).size).toBe(10);
      await refused('exhausted', () => study.ask());
    }
  });

  it('fixes suggested parameters', async () => {
    for (const base of [uniform, new BranchSampler()]) {
      const study = await createStudy({ sampler: new PartialFixedSampler({ fixed: { x: 2, kind: 'b' }, base }) });
      await study.enqueue({ x: 3 });
      await study.optimize(
        (trial) => {
          const x = trial.suggestInt('x', 1, trial.number > 5 ? 9 : 3);
          return trial.suggestCategorical('kind', ['a', 'b']) === 'b' ? x + trial.suggestFloat('y', 0, 1) : x;
        },
        { trials: 12 },
      );
      const all = await study.trials();
      expect(all.map(({ params }) => params['x'])).toEqual([3, ...new Array<number>(11).fill(2)]);
      expect(new Set(all.map(({ params }) => params['y'])).size).toBe(12);
    }
  });

  it('rejects values outside their distribution, and names outside the declared space', async () => {
    const open = (fixed: { readonly [name: string]: number | string }) =>
      createStudy({ sampler: new PartialFixedSampler({ fixed, base: uniform }), space });
    for (const [fixed, message] of [
      [{ lr: 5 }, 'fixes "lr" to 5, which is not a member of float(0.0001, 1'],
      [{ act: 'sigmoid' }, '"sigmoid", which is not a member of categorical'],
      [{ 'model.svm.c': 11 }, 'fixes "model.svm.c" to 11'],
      [{ rate: 1 }, 'fixes "rate" to 1, but the space has no such parameter'],
    ] as const) {
      const study = await open(fixed as never);
      expect((await refused('invalid-value', () => study.ask())).message).toContain(message);
      expect(await study.trials()).toEqual([]);
    }
    const suggested = await createStudy({ sampler: new PartialFixedSampler({ fixed: { x: 7 }, base: uniform }) });
    await refused('invalid-value', () => suggested.optimize((trial) => trial.suggestInt('x', 1, 3), { trials: 1 }));
  });

  it('is recreated from storage with its base', async () => {
    const storage = new MemoryStorage();
    const sampler = new PartialFixedSampler({
      fixed: { lr: 0.5, act: null },
      base: new GridSampler({ points: { lr: 2 }, seed: 4 }),
    });
    await createStudy({ sampler, storage, name: 's', space });
    const study = await loadStudy({ storage, samplers: [GridSampler, PartialFixedSampler] });
    expect(study.sampler).toBeInstanceOf(GridSampler);
    expect([study.sampler.config, study.sampler.seed]).toEqual([sampler.base.config, 4]);
    expect(study.fixed).toEqual({ lr: 0.5, act: null });
    const error = await refused('unknown-sampler', () => loadStudy({ storage, samplers: [PartialFixedSampler] }));
    expect(error.message).toContain('"grid"');
    expect(savePart(sampler)).toMatchObject({ name: 'partial-fixed', options: { base: { name: 'grid' } } });
  });

  it('NaN can be fixed, where it is a choice', async () => {
    const choices = [0, Number.NaN] as const;
    const storage = new MemoryStorage();
    const sampler = new PartialFixedSampler({ fixed: { c: Number.NaN }, base: uniform });
    const declared = await createStudy({ storage, sampler, space: { c: categorical(choices), x: float(0, 1) } });
    expect((await declared.ask()).params.c).toBeNaN();
    const free = await createStudy({ storage, sampler });
    expect((await free.ask()).suggestCategorical('c', choices)).toBeNaN();
    const wrong = await createStudy({ storage, sampler, space: { c: float(0, 1) } });
    expect((await refused('invalid-value', () => wrong.ask())).message).toContain('NaN');
  });

  it('can be nested', async () => {
    const inner = new PartialFixedSampler({ fixed: { a: 1, b: 1 }, base: uniform });
    const sampler = new PartialFixedSampler({ fixed: { a: 2 }, base: inner });
    const study = await createStudy({ sampler, space: { a: int(0, 3), b: int(0, 3), c: int(0, 3) } });
    expect((await study.ask()).params).toMatchObject({ a: 2, b: 1 });
  });

  it.each([
    [undefined, 'must be an object'],
    [{ fixed: [], base: uniform }, 'fixed must be an object'],
    [{ fixed: { x: 1 } }, 'base must be a sampler'],
    [{ fixed: { x: 1 }, base: {} }, 'base must be a sampler'],
    [{ fixed: { x: [1] }, base: uniform }, 'the fixed value of "x" must be'],
    [{ x: 1 }, 'no option "x"'],
  ])('rejects %j', (options, message) => {
    expect(() => new PartialFixedSampler(options as never)).toThrow(message);
    try {
      new PartialFixedSampler(options as never);
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    }
  });
});
