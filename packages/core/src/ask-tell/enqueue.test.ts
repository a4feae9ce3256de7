import { PendingSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { group, oneOf } from '../space/builders.ts';
import { where } from '../space/where.ts';
import { createStudy } from '../study/create-study.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const space = {
  lr: float(0, 1),
  g: group({ n: int(0, 9) }),
  model: oneOf({ svm: { c: float(0, 1), k: categorical(['rbf', null]) }, none: {} }),
};

describe.each([
  ['one by one', uniform],
  ['jointly', new PendingSampler()],
])('enqueue, with a declared space, sampled %s', (_, sampler) => {
  const start = () => createStudy({ sampler, space, seed: 1 });

  it('takes the queue first, in order, and samples omitted parameters', async () => {
    const study = await start();
    await study.tell(await study.ask(), 1);
    expect(await study.enqueue({ lr: 0.125, model: { type: 'svm', k: null } })).toBe(1);
    expect(await study.enqueue({ g: { n: 7 } }, { userAttrs: { from: 'me' } })).toBe(2);
    expect((await study.trials({ states: ['waiting'] })).map(({ number }) => number)).toEqual([1, 2]);
    const [first, second, third] = await study.askBatch(3, { space });
    expect(first).toMatchObject({ number: 1, params: { lr: 0.125, model: { type: 'svm', k: null } } });
    expect(second).toMatchObject({ number: 2, params: { g: { n: 7 } } });
    expect(third?.number).toBe(3);
    const trials = await study.trials();
    expect(trials[1]?.params).toEqual(first?.params);
    expect(Object.keys(trials[1]?.flatParams ?? {})).toHaveLength(5);
    expect([trials[1]?.userAttrs, trials[2]?.userAttrs]).toEqual([{}, { from: 'me' }]);
    expect(trials.every(({ state }) => state !== 'waiting')).toBe(true);
  });

  it('chooses the branch of an enqueued parameter', async () => {
    const study = await start();
    for (let i = 0; i < 5; i++) await study.enqueue({ 'model.svm.c': 0.5 } as never);
    for (const { params } of await study.askBatch(5, { space }))
      expect(params).toMatchObject({ model: { type: 'svm', c: 0.5 } });
  });

  it('accepts flat names, and no parameters', async () => {
    const study = await start();
    await study.enqueue({ 'g.n': 3, model: 'svm', 'model.svm.c': 0.5 } as never);
    await study.enqueue({});
    expect((await study.ask()).params).toMatchObject({ g: { n: 3 }, model: { type: 'svm', c: 0.5 } });
    expect((await study.ask()).number).toBe(1);
  });

  it.each<readonly [params: unknown, ...words: string[]]>([
    [{ rate: 1 }, '"rate"', 'lr, g.n'],
    [{ lr: 1.5 }, '"lr" is 1.5', 'float(0, 1)'],
    [{ lr: '0.5' }, '"lr" is "0.5"'],
    [{ lr: Number.NaN }, 'NaN'],
    [{ lr: null }, '"lr" is null'],
    [{ model: 'none', 'model.svm.c': 0.5 }, '"model.svm.c" is inactive', '"none"', 'not "svm"'],
    [{ model: { type: 'none' }, 'model.svm.c': 0.5 }, '"model.svm.c" is inactive'],
    [{ model: { type: 'none', c: 0.5 } }, '"model.none.c"'],
    [{ lr: { x: 1 } }, '"lr" must be', '{"x":1}'],
    [{ g: { n: 0.5 } }, '"g.n" is 0.5'],
    [{ model: { type: 'forest' } }, '"forest"', '["svm","none"]'],
    [{ model: { type: 'none', c: 0.5 } }, '"model.none.c"'],
    [{ model: 'tree' }, '"model" is "tree"'],
    [{ model: { type: 'svm', k: 'null' } }, '"model.svm.k" is "null"'],
  ])('refuses %o and writes nothing', async (params, ...words) => {
    const study = await start();
    const error = await refused('invalid-value', () => study.enqueue(params as never));
    for (const word of words) expect(error.message).toContain(word);
    expect(await study.trials()).toEqual([]);
  });

  it('refuses values that are not objects, and invalid attributes', async () => {
    const study = await start();
    for (const params of [null, undefined, 5, 'x', [1]])
      await refused('invalid-argument', () => study.enqueue(params as never));
    await refused('invalid-value', () => study.enqueue({}, { userAttrs: { a: () => 1 } as never }));
    await refused('invalid-argument', () => study.enqueue({}, { skip: true } as never));
    expect(await study.trials()).toEqual([]);
  });
});

it('a branch that the study fixes need not be enqueued', async () => {
  const study = await createStudy({ sampler: uniform, space, fixed: { model: 'svm' } });
  await study.enqueue({ 'model.svm.c': 0.5 } as never);
  expect((await study.ask()).params).toMatchObject({ model: { type: 'svm', c: 0.5 } });
  const error = await refused('invalid-value', () => study.enqueue({ model: 'none', 'model.svm.c': 0.5 } as never));
  expect(error.message).toContain('inactive');
});

it('NaN can be a choice', async () => {
  const choices = where({ c: categorical([0, Number.NaN]), x: float(0, 1) }, ({ c }) => Number.isNaN(c));
  const study = await createStudy({ sampler: uniform, space: choices });
  await study.enqueue({ c: Number.NaN, x: 0.5 });
  expect((await study.ask()).params).toEqual({ c: Number.NaN, x: 0.5 });
});

describe('enqueue and where', () => {
  const halves = where({ a: float(0, 1), b: float(0, 1) }, (p) => p.a <= p.b);

  it('refuses a complete point that is forbidden', async () => {
    const study = await createStudy({ sampler: uniform, space: halves });
    const error = await refused('invalid-value', () => study.enqueue({ a: 0.5, b: 0.25 }));
    expect(error.message).toMatch(/"a":0.5.*forbidden by where.*allowed point/);
    expect(await study.enqueue({ a: 0.25, b: 0.5 })).toBe(0);
  });

  it('completes a partial one within what is allowed', async () => {
    const study = await createStudy({ sampler: uniform, space: halves });
    for (let i = 0; i < 10; i++) await study.enqueue({ a: 0.75 });
    for (const { params } of await study.askBatch(10, { space: halves })) {
      expect(params.a).toBe(0.75);
      expect(params.b).toBeGreaterThanOrEqual(0.75);
    }
  });

  it('fails a trial that nothing can complete, once, and continues', async () => {
    const never = where({ a: float(0, 1), b: float(0, 0.5) }, (p) => p.a <= p.b);
    for (const sampler of [uniform, new PendingSampler()]) {
      const study = await createStudy({ sampler, space: never });
      await study.enqueue({ a: 0.75 });
      expect((await study.ask()).number).toBe(1);
      expect((await study.trials())[0]).toMatchObject({
        state: 'fail',
        failure: { code: 'space-conflict', message: expect.stringContaining('fixed: a') },
      });
    }
  });
});

describe('values that do not fit the space of the ask', () => {
  it('fail their trial, and the ask takes another one', async () => {
    for (const sampler of [uniform, new PendingSampler()]) {
      const study = await createStudy({ sampler });
      await study.enqueue({ x: 5 });
      const trial = await study.ask({ x: float(0, 1) });
      expect([trial.number, (await study.trials()).map(({ state }) => state)]).toEqual([1, ['fail', 'running']]);
      expect((await study.trials())[0]?.failure).toEqual({
        code: 'space-conflict',
        message: expect.stringContaining('"x" must be a value of float(0, 1), not 5'),
      });
    }
  });

  it('do not cost the other trials of one ask', async () => {
    for (const sampler of [uniform, new PendingSampler()]) {
      const lines: string[] = [];
      const output = {
        interactive: false,
        columns: 80,
        info: () => {},
        warn: (line: string) => lines.push(line),
        status: () => {},
      };
      const study = await createStudy({ sampler }, { environment: { process: null, output, compileExpression: null } });
      await study.enqueue({ x: 0.5 });
      await study.enqueue({ x: 5 });
      const trials = await study.askBatch(4, { space: { x: float(0, 1) } });
      expect(trials.map(({ number }) => number)).toEqual([0, 2, 3, 4]);
      expect(trials[0]?.params.x).toBe(0.5);
      expect((await study.trials())[1]?.state).toBe('fail');
      expect(lines).toEqual([expect.stringMatching(/^Trial 1 failed .*"x" must be .*, not 5/)]);
    }
  });
});

describe('enqueue, define-by-run', () => {
  it('gives the values to the suggests that ask for them', async () => {
    const study = await createStudy({ sampler: uniform });
    await study.enqueue({ x: 0.25, c: 'b', unused: 1 });
    const trial = await study.ask();
    expect(trial.params).toEqual({});
    expect([trial.suggestFloat('x', 0, 1), trial.suggestCategorical('c', ['a', 'b'])]).toEqual([0.25, 'b']);
    expect(trial.suggestFloat('y', 0, 1)).not.toBe(0.25);
    await study.tell(trial, 1);
    expect((await study.trials())[0]?.flatParams).toMatchObject({ x: 0.25, c: 'b' });
  });

  it('refuses values known to be wrong', async () => {
    const study = await createStudy({ sampler: uniform });
    const trial = await study.ask();
    trial.suggestCategorical('c', ['a', 'b']);
    trial.suggestFloat('x', 0, 1);
    await study.tell(trial, 1);
    await refused('invalid-value', () => study.enqueue({ c: 'z' }));
    await refused('invalid-value', () => study.enqueue({ x: { y: 1 } } as never));
    await refused('invalid-argument', () => study.enqueue({ '': 1 }));
    await study.enqueue({ x: 7 }); // ranges may move
    const queued = await study.ask();
    const error = await refused('invalid-value', () => queued.suggestFloat('x', 0, 1));
    expect(error.message).toContain(', not 7');
    expect(queued.suggestFloat('x', 0, 10)).toBe(7);
  });

  it('takes precedence over a joint proposal, also in ranges that have moved', async () => {
    const study = await createStudy({ sampler: new PendingSampler() });
    const run = async (high: number) => {
      const trial = await study.ask();
      const point = [trial.suggestFloat('x', 0, high), trial.suggestFloat('y', 0, 1)];
      await study.tell(trial, 1);
      return point;
    };
    await run(1);
    await study.enqueue({ x: 0.5 });
    await study.enqueue({ x: 7 });
    const [first] = await run(1);
    const note = (await study.trials())[1]?.systemAttrs[keys.note] as { proposal: { x: number } };
    expect([first, note.proposal.x]).toEqual([0.5, 0.5]); // others see 0.5 as pending
    expect((await run(10))[0]).toBe(7);
  });
});

describe('skipIfExists', () => {
  it('resolves to the existing trial', async () => {
    const study = await createStudy({ sampler: uniform, space });
    const params = { lr: 0.5, g: { n: 1 }, model: { type: 'none' } } as const;
    expect(await study.enqueue(params, { skipIfExists: true })).toBe(0);
    expect(await study.enqueue(params, { skipIfExists: true })).toBe(0);
    expect(await study.enqueue(params)).toBe(1);
    expect(await study.enqueue({ lr: 0.5 }, { skipIfExists: true })).toBe(2);
    expect(await study.enqueue({ ...params, lr: 0.50000001 }, { skipIfExists: true })).toBe(0);
    expect(await study.enqueue({ ...params, lr: 0.51 }, { skipIfExists: true })).toBe(3);
  });

  it('compares whole numbers, steps and choices exactly, and rounds only values of a continuous range', async () => {
    const exact = { n: int(0, 1e7), s: float(0, 1e6, { step: 0.1 }), c: categorical([1, 1.000001]) };
    const study = await createStudy({ sampler: uniform, space: exact });
    const point = { n: 1_000_000, s: 0.1 + 0.2, c: 1 } as const;
    expect(await study.enqueue(point)).toBe(0);
    expect(await study.enqueue({ ...point, n: 1_000_001 }, { skipIfExists: true })).toBe(1);
    expect(await study.enqueue({ ...point, s: 0.4 }, { skipIfExists: true })).toBe(2);
    expect(await study.enqueue({ ...point, s: 123_456.7 }, { skipIfExists: true })).toBe(3);
    expect(await study.enqueue({ ...point, s: 123_456.8 }, { skipIfExists: true })).toBe(4);
    expect(await study.enqueue({ ...point, c: 1.000001 }, { skipIfExists: true })).toBe(5);
    expect(await study.enqueue({ ...point, s: 0.3 }, { skipIfExists: true }), '0.1 + 0.2 is the step 0.3').toBe(0);
    const loose = await createStudy({ sampler: uniform });
    expect(await loose.enqueue({ n: 1_000_000, x: 0.5 })).toBe(0);
    expect(await loose.enqueue({ n: 1_000_001, x: 0.5 }, { skipIfExists: true })).toBe(1);
    expect(await loose.enqueue({ n: 1_000_000, x: 0.5000001 }, { skipIfExists: true })).toBe(0);
  });

  it('four calls at once give one trial', async () => {
    const study = await createStudy({ sampler: uniform, space });
    const params = { lr: 0.5, g: { n: 1 }, model: { type: 'none' } } as const;
    const numbers = await Promise.all([0, 1, 2, 3].map(() => study.enqueue(params, { skipIfExists: true })));
    expect(numbers).toEqual([0, 0, 0, 0]);
    expect(await study.trials()).toHaveLength(1);
  });

  it('finds sampled trials', async () => {
    const study = await createStudy({ sampler: uniform, space });
    const { params } = await study.ask();
    expect(await study.enqueue(params, { skipIfExists: true })).toBe(0);
  });

  it('compares with the values of a trial, not with its proposal', async () => {
    const high: Sampler = { ...uniform, propose: () => ({ x: Float64Array.of(1) }) };
    const study = await createStudy({ sampler: high });
    const first = await study.ask();
    first.suggestFloat('x', 0, 1);
    await study.tell(first, 1);
    const running = await study.ask();
    const x = running.suggestFloat('x', 0, 0.5); // 1 was proposed
    await running.report(1, 0);
    expect(study.history.value(1, 'x')).toBe(1);
    expect(await study.enqueue({ x }, { skipIfExists: true })).toBe(1);
    expect(await study.enqueue({ x: 1 }, { skipIfExists: true })).toBe(2);
  });
});
