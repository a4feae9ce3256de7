import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** A value that contains itself. */
const knot: unknown[] = [];
knot.push({ knot });

/** Nested lists and objects. */
const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner, _, i) => (i % 2 === 0 ? [inner] : { inner }), 1);

describe('attributes of a trial', () => {
  it('can be read while it runs, also by the next worker of the trial', async () => {
    const study = await createStudy({ sampler });
    for await (const trial of study.take()) {
      expect(trial.userAttrs).toEqual({});
      await trial.setUserAttr('data', 'penguins');
      expect(trial.userAttrs).toEqual({ data: 'penguins' });
      break;
    }
    for await (const trial of study.take({ trials: 1 })) {
      expect([trial.isResumed, trial.userAttrs]).toEqual([true, { data: 'penguins' }]);
      await study.tell(trial, 1);
    }
  });

  it("keep any JSON value, including Python's", async () => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    const value = { list: [1, 'a', null, true, -0, Number.NaN, 2n ** 70n], nested: { deep: {} }, gone: undefined };
    await trial.setUserAttr('k', value as never);
    value.list.push('later');
    await trial.setUserAttr('twice', 1);
    await trial.setUserAttr('twice', 2);
    const { userAttrs } = await study.tell(trial, 1);
    expect(userAttrs).toEqual({
      k: { list: [1, 'a', null, true, 0, Number.NaN, 2n ** 70n], nested: { deep: {} } },
      twice: 2,
    });
  });

  it('keep 500 levels and 4300 digits', async () => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    await trial.setUserAttr('deep', nested(500) as never);
    await trial.setUserAttr('long', 10n ** 4299n);
    const { userAttrs } = await study.tell(trial, 1);
    expect(userAttrs).toEqual({ deep: nested(500), long: 10n ** 4299n });
  });

  // If it were accepted here, a storage would refuse it later, and every later call on the trial with it.
  it.each([501, 20_000])('refuse %i levels', async (levels) => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    const error = await refused('invalid-value', () => trial.setUserAttr('k', nested(levels) as never));
    expect(error.message).toContain('500 levels');
    expect((await study.tell(trial, 1)).userAttrs).toEqual({});
  });

  it.each<readonly [value: unknown, word: string]>([
    [() => 1, 'function'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [new Date(0), 'attribute "k"'],
    [new Map(), 'JSON'],
    [{ a: [1, { b: new Set() }] }, '"k".a[1].b'],
    [knot, 'contains itself'],
    [new Array(2), '"k"[0] is undefined'],
    // Python could not read the study.
    [[-(10n ** 4300n)], '4300 digits'],
  ])('refuse %s', async (value, word) => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    expect((await refused('invalid-value', () => trial.setUserAttr('k', value as never))).message).toContain(word);
    for (const key of ['', 5, null, 'k'.repeat(513)])
      await refused('invalid-argument', () => trial.setUserAttr(key as never, 1));
    expect((await study.tell(trial, 1)).userAttrs).toEqual({});
  });
});

describe('attributes of a study', () => {
  it('are read from the storage', async () => {
    const storage = new MemoryStorage();
    const one = await createStudy({ name: 'a', storage, sampler });
    const two = await createStudy({ name: 'a', storage, sampler, loadIfExists: true });
    expect(await two.userAttrs()).toEqual({});
    await one.setUserAttr('k', { a: [1] });
    await one.setUserAttr('k', { a: [2] });
    expect(await two.userAttrs()).toEqual({ k: { a: [2] } });
    await refused('invalid-value', () => one.setUserAttr('k', (() => 1) as never));
    await refused('invalid-argument', () => one.setUserAttr('', 1));
    expect(await one.userAttrs()).toEqual({ k: { a: [2] } });
  });

  it('metric names: one per objective, all different', async () => {
    const storage = new MemoryStorage();
    const study = await createStudy({ name: 'a', storage, sampler, directions: ['minimize', 'maximize'] });
    await study.setMetricNames(['loss', 'accuracy']);
    expect(study.metricNames).toEqual(['loss', 'accuracy']);
    expect((await createStudy({ name: 'a', storage, sampler, loadIfExists: true })).metricNames).toEqual([
      'loss',
      'accuracy',
    ]);
    for (const names of [['loss'], ['a', 'a'], ['a', ''], ['a', 5], 'ab', null])
      await refused('invalid-argument', () => study.setMetricNames(names as never));
    expect(study.metricNames).toEqual(['loss', 'accuracy']);
  });
});

describe('constraints', () => {
  it('are kept by name, the last value of each', async () => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    await trial.setConstraint('size', 5);
    await trial.setConstraint('time', -1);
    await trial.setConstraint('size', -0);
    const told = await study.tell(trial, 1);
    expect([told.constraints, told.isFeasible]).toEqual([{ size: 0, time: -1 }, true]);
    expect(told.systemAttrs).toMatchObject({ [keys.constraints]: [0, -1], [keys.constraintNames]: ['size', 'time'] });
    expect(study.history.violation[0]).toBe(0);
  });

  it('refuse values that are not numbers', async () => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    for (const value of [Number.NaN, '1', null, undefined, true])
      expect((await refused('invalid-value', () => trial.setConstraint('c', value as never))).message).toContain(
        'satisfied if <= 0',
      );
    await refused('invalid-argument', () => trial.setConstraint('', 1));
    await trial.setConstraint('c', Number.POSITIVE_INFINITY);
    expect((await study.tell(trial, 1)).isFeasible).toBe(false);
  });
});

describe('reports', () => {
  it('are kept by step; a repeated step is ignored with a warning', async () => {
    const warnings: string[] = [];
    const output = {
      interactive: false,
      columns: 80,
      info: () => {},
      warn: (line: string) => warnings.push(line),
      status: () => {},
    };
    const study = await createStudy({ sampler }, { environment: { process: null, output, compileExpression: null } });
    const trial = await study.ask();
    await trial.report(1, 5);
    await trial.report(Number.NaN, 0);
    await trial.report(-0, 2);
    await trial.report(7, 5);
    expect(warnings).toEqual([expect.stringMatching(/Trial 0 .*already .*step 5.*7 is ignored/)]);
    const { intermediateValues } = await study.tell(trial, 1);
    expect([...intermediateValues]).toEqual([
      [0, Number.NaN],
      [2, 0],
      [5, 1],
    ]);
  });

  it.each<readonly [code: 'invalid-value' | 'invalid-argument', value: unknown, step: unknown]>([
    ['invalid-value', '1', 0],
    ['invalid-value', null, 0],
    ['invalid-value', undefined, 0],
    ['invalid-value', { loss: '1' }, 0],
    ['invalid-argument', 1, -1],
    ['invalid-argument', 1, 0.5],
    ['invalid-argument', 1, Number.NaN],
    ['invalid-argument', 1, '0'],
    ['invalid-argument', 1, undefined],
    ['invalid-argument', 1, 2 ** 53],
  ])('refuse with %s: report(%j, %s)', async (code, value, step) => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    await refused(code, () => trial.report(value as never, step as never));
    expect((await study.tell(trial, 1)).intermediateValues.size).toBe(0);
  });

  it('no pruning with several objectives and no pruner for them', async () => {
    const study = await createStudy({ sampler, directions: ['minimize', 'minimize'] });
    const trial = await study.ask();
    await trial.report(1, 0);
    expect(study.pruner.name).toBe('nop');
    expect(await trial.shouldPrune()).toBe(false);
  });
});
