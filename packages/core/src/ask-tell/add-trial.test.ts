import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { group, oneOf } from '../space/builders.ts';
import { createStudy } from '../study/create-study.ts';
import { FrozenTrial } from '../trial/frozen-trial.ts';
import type { NewTrialInput } from './add-trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const x = { params: { x: 0.5 }, distributions: { x: float(0, 1) } };

describe('addTrial', () => {
  it('adds a trial with all its fields', async () => {
    const study = await createStudy({ sampler });
    const number = await study.addTrial({
      params: { x: 0.5, c: null, n: 4 },
      distributions: { x: float(0, 1), c: categorical(['a', null]), n: int(0, 8, { step: 2 }) },
      value: -0,
      userAttrs: { note: ['a', 1n] },
      intermediateValues: { 3: 1, 1: Number.NaN, 2: -0 },
      constraints: { size: -1, time: 2 },
      datetimeStart: new Date(1000),
      datetimeComplete: new Date(3000),
    });
    expect(number).toBe(0);
    const [trial] = await study.trials();
    expect(trial).toMatchObject({
      state: 'complete',
      value: 0,
      values: [0],
      params: { x: 0.5, c: null, n: 4 },
      userAttrs: { note: ['a', 1n] },
      constraints: { size: -1, time: 2 },
      isFeasible: false,
      datetimeStart: new Date(1000),
      datetimeComplete: new Date(3000),
      duration: 2000,
      failure: null,
    });
    expect([...(trial?.intermediateValues ?? [])]).toEqual([
      [1, Number.NaN],
      [2, 0],
      [3, 1],
    ]);
    expect(trial?.distributions['n']).toEqual(int(0, 8, { step: 2 }));
  });

  it('needs few fields: the dates default to now', async () => {
    const study = await createStudy({ sampler });
    const before = Date.now();
    await study.addTrials([
      { value: 1 },
      { state: 'pruned' },
      { state: 'pruned', value: 2 },
      { state: 'fail' },
      { values: [3] },
    ]);
    const trials = await study.trials();
    expect(trials.map(({ state, value }) => [state, value])).toEqual([
      ['complete', 1],
      ['pruned', undefined],
      ['pruned', 2],
      ['fail', undefined],
      ['complete', 3],
    ]);
    for (const { datetimeStart, datetimeComplete } of trials) {
      expect(datetimeStart?.getTime()).toBeGreaterThanOrEqual(before);
      expect(datetimeComplete?.getTime()).toBeGreaterThanOrEqual(datetimeStart?.getTime() as number);
    }
    expect(await study.bestValue()).toBe(1);
  });

  it('knows the distributions of a declared space', async () => {
    const space = { g: group({ x: float(0, 1) }), m: oneOf({ a: { k: int(0, 9) }, b: {} }) };
    const study = await createStudy({ sampler, space });
    await study.addTrial({ params: { g: { x: 0.25 }, m: { type: 'a', k: 3 } }, value: 1 });
    await study.addTrial({ params: { 'g.x': 0.75, m: 'b' }, value: 2 });
    await study.addTrial({
      params: { 'g.x': 7, y: 1 },
      distributions: { 'g.x': float(0, 10), y: float(0, 1) },
      value: 3,
    });
    expect((await study.trials()).map(({ params }) => params)).toEqual([
      { g: { x: 0.25 }, m: { type: 'a', k: 3 } },
      { g: { x: 0.75 }, m: { type: 'b' } },
      { g: { x: 7 }, y: 1 },
    ]);
  });

  it('refuses parameters of a branch that was not chosen', async () => {
    const study = await createStudy({ sampler, space: { m: oneOf({ a: { k: int(0, 9) }, b: {} }) } });
    for (const params of [{ m: 'b', 'm.a.k': 3 }, { m: { type: 'b', k: 3 } }, { 'm.a.k': 3 }]) {
      await refused('invalid-value', () => study.addTrial({ params, value: 1 }));
      expect(await study.trials()).toEqual([]);
    }
  });

  it('can add a trial to the queue, with its parameters', async () => {
    const study = await createStudy({ sampler });
    await study.addTrial({ ...x, state: 'waiting' });
    await study.addTrial({ ...x, value: 1 });
    expect((await study.trials()).map(({ systemAttrs }) => systemAttrs)).toEqual([{ fixed_params: {} }, {}]);
    const trial = await study.ask();
    expect([trial.number, trial.params, trial.suggestFloat('x', 0, 1)]).toEqual([0, { x: 0.5 }, 0.5]);
  });

  const bad: readonly (readonly [trial: unknown, ...words: string[]])[] = [
    [null, 'null'],
    [5, 'not 5'],
    [{ ...x, value: 1, state: 'running' }, "'complete'", '"running"'],
    [{ ...x, value: 1, state: 'done' }, '"done"'],
    [{ ...x }, 'value is missing'],
    [{ ...x, value: Number.NaN }, 'NaN', "state: 'fail'"],
    [{ ...x, value: '1' }, '"1"'],
    [{ ...x, values: [1, 2] }, '2 value(s)', '1 objective(s)'],
    [{ ...x, value: 1, values: [2] }, 'value or values'],
    [{ ...x, state: 'fail', value: 1 }, "'fail'", '1'],
    [{ ...x, state: 'waiting', value: 1 }, "'waiting'"],
    [{ params: { x: 1 }, value: 1 }, '"x"', 'distributions: { x: … }'],
    [{ ...x, distributions: { x: float(0, 1), y: float(0, 1) }, value: 1 }, '"y"', 'no value'],
    [{ params: { x: 2 }, distributions: { x: float(0, 1) }, value: 1 }, '"x" must be a value of float(0, 1), not 2'],
    [{ params: { x: 'a' }, distributions: { x: categorical(['b']) }, value: 1 }, '"a"'],
    [{ ...x, value: 1, datetimeStart: new Date(5), datetimeComplete: new Date(4) }, 'datetimeStart'],
    [{ ...x, value: 1, datetimeStart: new Date(Number.NaN) }, 'datetimeStart', 'valid Date'],
    [{ ...x, value: 1, datetimeComplete: '2020' }, 'datetimeComplete', '"2020"'],
    [{ ...x, value: 1, intermediateValues: { 0: 'a' } }, 'report', '"a"'],
    [{ ...x, value: 1, constraints: { c: Number.NaN } }, '"c"', 'NaN'],
    [{ ...x, value: 1, userAttrs: { f: () => 1 } }, 'f', 'JSON'],
    [{ ...x, value: 1, datetimeStart: new Date(-1e15) }, 'datetimeStart', 'the years 1 to 9999'],
    [{ ...x, value: 1, datetimeComplete: new Date('+010000-01-01') }, 'datetimeComplete', 'the years 1 to 9999'],
    [{ ...x, value: 1, constraint: { c: 1 } }, '"constraint"', 'constraints'],
    [{ ...x, valeu: 1, state: 'pruned' }, '"valeu"'],
    [{ ...x, value: 1, number: 3 }, '"number"'],
    [{ ...x, value: 1, __proto__: null, isFeasible: true }, '"isFeasible"'],
    [{ ...x, state: 'fail', failure: 'told' }, 'failure', '"told"'],
    [{ ...x, value: 1, failure: { code: 'told', message: '' } }, "'complete'"],
  ];

  it.each(bad)('refuses %o, and writes nothing', async (trial, ...words) => {
    const study = await createStudy({ sampler });
    const error = await refused('invalid-value', () => study.addTrials([{ ...x, value: 1 }, trial as NewTrialInput]));
    for (const word of words) expect(error.message).toContain(word);
    expect(await study.trials()).toEqual([]);
  });

  it('refuses other fields with other codes', async () => {
    const study = await createStudy({ sampler });
    await refused('invalid-distribution', () =>
      study.addTrial({ params: { x: 1 }, distributions: { x: { kind: 'int', low: 2, high: 1 } as never }, value: 1 }),
    );
    await refused('invalid-argument', () => study.addTrial({ ...x, value: 1, intermediateValues: { '-1': 1 } }));
    await refused('invalid-argument', () => study.addTrial({ ...x, value: 1, intermediateValues: { half: 1 } }));
    await refused('invalid-argument', () =>
      study.addTrial({ params: { '': 1 }, distributions: { '': int(0, 1) }, value: 1 }),
    );
    await study.addTrial({ ...x, value: 1 });
    await refused('space-conflict', () =>
      study.addTrial({ params: { x: 1 }, distributions: { x: int(0, 1) }, value: 1 }),
    );
    await refused('space-conflict', () =>
      study.addTrials([
        { params: { y: 1 }, distributions: { y: int(0, 1) }, value: 1 },
        { params: { y: 1 }, distributions: { y: float(0, 1) }, value: 1 },
      ]),
    );
    expect(await study.trials()).toHaveLength(1);
  });
});

describe('a trial read from a study', () => {
  it('is added to another one unchanged', async () => {
    const output = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };
    const from = await createStudy({ sampler }, { environment: { process: null, output, compileExpression: null } });
    await from.enqueue({ x: 0.5 });
    for (let i = 0; i < 4; i++) {
      const trial = await from.ask();
      trial.suggestFloat('x', 0, 1);
      if (i > 1) trial.suggestCategorical('c', ['a', null]);
      await trial.report(i, i);
      await trial.setUserAttr('i', { n: i });
      await trial.setConstraint('c', i - 2);
      if (i === 0) await from.tell(trial, Number.NaN);
      else if (i === 1) await from.tell(trial, undefined, { state: 'pruned' });
      else await from.tell(trial, i);
    }
    await from.enqueue({ x: 0.25 });
    const to = await createStudy({ sampler });
    const trials = await from.trials();
    expect(await to.addTrials(trials)).toEqual([0, 1, 2, 3, 4]);
    expect((await to.trials()).map(({ record }) => record)).toEqual(trials.map(({ record }) => record));
    expect((await to.ask()).suggestFloat('x', 0, 1)).toBe(0.25); // the queue, too
  });

  it('is recognized if another copy of this package has read it', async () => {
    const from = await createStudy({ sampler });
    await from.addTrial({ ...x, value: 1, constraints: { a: 1 } });
    const [trial] = await from.trials();
    const foreign = Object.create(null, {
      number: { value: 0 },
      record: { value: trial?.record },
      [Symbol.for('asktell.frozen-trial')]: { value: true },
    }) as FrozenTrial;
    const to = await createStudy({ sampler });
    await to.addTrial(foreign);
    expect((await to.trials())[0]?.record).toEqual(trial?.record);
    expect(trial).toBeInstanceOf(FrozenTrial);
  });

  it('is refused while it runs, and by a study with other objectives', async () => {
    const from = await createStudy({ sampler });
    await from.ask();
    await from.addTrial({ ...x, value: 1 });
    const [running, complete] = await from.trials();
    const other = await createStudy({ sampler, directions: ['minimize', 'minimize'] });
    expect((await refused('invalid-value', () => from.addTrial(running as FrozenTrial))).message).toContain(
      'trial 0 is still running',
    );
    expect((await refused('invalid-value', () => other.addTrial(complete as FrozenTrial))).message).toContain(
      '2 objective(s)',
    );
  });
});
