import {
  categorical,
  createStudy,
  float,
  group,
  int,
  isAsktellError,
  loadStudy,
  MemoryStorage,
  oneOf,
  type Space,
  where,
} from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridSampler } from './grid-sampler.ts';

const samplers = [GridSampler];

/** Runs a study until it is exhausted and returns the parameters of its trials as JSON, in order of number. */
async function run(space: Space, sampler: GridSampler, seed = 0, concurrency = 1): Promise<string[]> {
  const study = await createStudy({ space, sampler, seed });
  await study.optimize(async () => 0, { concurrency });
  return (await study.trials()).map(({ params }) => JSON.stringify(params));
}

const spaces: readonly (readonly [name: string, cells: number, space: Space])[] = [
  ['plain', 12, { a: int(0, 3), b: categorical(['x', 'y', null]) }],
  ['single-valued', 4, { a: float(2, 2), b: int(0, 3), c: categorical(['only']) }],
  [
    'nested',
    22,
    {
      model: oneOf({
        svm: { c: float(0, 1, { step: 0.5 }) },
        forest: { trees: int(1, 4), deep: categorical([true, false]) },
      }),
      g: group({ n: int(0, 1) }),
    },
  ],
  ['constrained', 10, where({ a: int(0, 3), b: int(0, 3) }, (p) => (p['a'] as number) <= (p['b'] as number))],
  [
    'constrained and nested',
    5,
    where({ m: oneOf({ u: { k: int(0, 4) }, v: {} }) }, (p) => (p['m'] as { k?: number }).k !== 3),
  ],
  ['empty', 1, {}],
];

describe('GridSampler on a declared space', () => {
  it.each(spaces)('tries every cell once, then ends: %s', async (_, cells, space) => {
    for (const order of ['shuffled', 'sequential'] as const) {
      for (const concurrency of [1, 3]) {
        const tried = await run(space, new GridSampler({ order }), 1, concurrency);
        expect(tried).toHaveLength(cells);
        expect(new Set(tried).size).toBe(cells);
      }
    }
  });

  it('tries the cells of a sequential grid in the order of nested loops', async () => {
    const tried = await run(
      { a: int(0, 1), b: categorical(['x', 'y']) },
      new GridSampler({ order: 'sequential', grid: { a: [1, 0] } }),
    );
    expect(tried).toEqual(['{"a":1,"b":"x"}', '{"a":1,"b":"y"}', '{"a":0,"b":"x"}', '{"a":0,"b":"y"}']);
  });

  it('shuffles with the study seed or its own seed', async () => {
    const space = { a: int(0, 29) };
    const order = await run(space, new GridSampler(), 1);
    expect(await run(space, new GridSampler(), 1)).toEqual(order);
    expect(await run(space, new GridSampler(), 2)).not.toEqual(order);
    expect(await run(space, new GridSampler({ seed: 1 }), 2)).toEqual(order);
    expect(await run(space, new GridSampler({ order: 'sequential' }), 1)).not.toEqual(order);
  });

  it('does not repeat the cells of running trials, then is exhausted', async () => {
    const space = { a: int(0, 9) };
    const study = await createStudy({ space, sampler: new GridSampler(), seed: 3 });
    const trials = [
      ...(await study.askBatch(4, { space })),
      await study.ask(),
      ...(await study.askBatch(5, { space })),
    ];
    expect(new Set(trials.map((trial) => trial.params.a)).size).toBe(10);
    await expect(study.ask()).rejects.toSatisfy((error) => isAsktellError(error, 'exhausted'));
    expect(await study.trials()).toHaveLength(10);
  });

  it('does not try the cells of failed trials again', async () => {
    const study = await createStudy({ space: { a: int(0, 5) }, sampler: new GridSampler() });
    await study.optimize(
      (trial) => {
        if (trial.params.a > 3) throw new Error('too big');
        return 0;
      },
      { catch: () => true },
    );
    expect((await study.trials()).map(({ state }) => state).sort()).toEqual([
      'complete',
      'complete',
      'complete',
      'complete',
      'fail',
      'fail',
    ]);
  });

  it('assigns distinct cells to two workers on one storage', async () => {
    const storage = new MemoryStorage();
    const space = { a: int(0, 9), b: categorical(['x', 'y']) };
    const options = { name: 'shared', storage, space, seed: 4 };
    const one = await createStudy({ ...options, sampler: new GridSampler(), worker: 'one' });
    const two = await loadStudy({ name: 'shared', storage, samplers, worker: 'two' });
    await Promise.all([one, two].map((study) => study.optimize(async () => 0, { concurrency: 2 })));
    const tried = (await one.trials()).map(({ params }) => JSON.stringify(params));
    expect([tried.length, new Set(tried).size]).toEqual([20, 20]);
  });

  it('continues a loaded study in the same order', async () => {
    const space = { a: int(0, 19) };
    const whole = await run(space, new GridSampler(), 5);
    const storage = new MemoryStorage();
    const first = await createStudy({ name: 's', storage, space, sampler: new GridSampler(), seed: 5 });
    await first.optimize(() => 0, { trials: 7 });
    const second = await loadStudy({ name: 's', storage, samplers, space });
    await second.optimize(() => 0);
    expect((await second.trials()).map(({ params }) => JSON.stringify(params))).toEqual(whole);
  });

  it('does not repeat points when the study continues with another grid', async () => {
    const storage = new MemoryStorage();
    const space = { x: float(0, 1) };
    const first = await createStudy({ name: 's', storage, space, sampler: new GridSampler({ points: { x: 3 } }) });
    await first.optimize(() => 0);
    await first.addTrial({ params: { x: 0.75 }, value: 1 });
    const second = await loadStudy({
      name: 's',
      storage,
      space,
      samplers,
      sampler: new GridSampler({ points: { x: 5 } }),
    });
    await second.optimize(() => 0);
    const tried = (await second.trials()).map(({ params }) => params.x);
    expect(tried.slice(0, 4).sort()).toEqual([0, 0.5, 0.75, 1]);
    expect(tried.slice(4)).toEqual([0.25]);
  });

  it('works with several objectives', async () => {
    const study = await createStudy({
      space: { a: int(0, 3) },
      directions: ['minimize', 'maximize'],
      sampler: new GridSampler(),
    });
    await study.optimize((trial) => [trial.params.a, 1]);
    expect(await study.trials()).toHaveLength(4);
  });

  it('throws when where forbids every cell', async () => {
    const study = await createStudy({ space: where({ a: int(0, 3) }, (p) => p.a > 3), sampler: new GridSampler() });
    await expect(study.ask()).rejects.toSatisfy((error) => isAsktellError(error, 'unsatisfiable-space'));
    expect(await study.trials()).toEqual([]);
  });

  it('supports a grid of 10^15 cells', async () => {
    const space = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`x${i}`, int(0, 9)]));
    const study = await createStudy({ space, sampler: new GridSampler() });
    await study.optimize(() => 0, { trials: 200 });
    const tried = (await study.trials()).map(({ params }) => JSON.stringify(params));
    expect(new Set(tried).size).toBe(200);
    const bigger = await createStudy({ space: { ...space, y: int(0, 9) }, sampler: new GridSampler() });
    await expect(bigger.ask()).rejects.toThrow('must have at most 2^52 cells, not about 1.0e+16');
  });
});

describe('enqueued trials on a declared space', () => {
  const space = { model: oneOf({ svm: { c: int(1, 3) }, forest: { trees: int(1, 4) } }), lr: float(0, 1) };
  const grid = { lr: [0, 0.5, 1] };
  const start = () => createStudy({ space, sampler: new GridSampler({ grid }), seed: 6 });

  it('take a free cell with their values, also in branches, out of 21 cells', async () => {
    const study = await start();
    await study.enqueue({ 'model.svm.c': 2 } as object);
    await study.enqueue({ lr: 0.5 });
    await study.enqueue({ model: { type: 'forest', trees: 4 }, lr: 1 });
    await study.optimize(() => 0);
    const params = (await study.trials()).map((trial) => trial.params);
    expect(params[0]?.model).toEqual({ type: 'svm', c: 2 });
    expect(grid.lr).toContain(params[0]?.lr);
    expect(params[1]?.lr).toBe(0.5);
    expect(params[2]).toEqual({ model: { type: 'forest', trees: 4 }, lr: 1 });
    expect(new Set(params.map((p) => JSON.stringify(p))).size).toBe(params.length);
    expect(params).toHaveLength(21);
  });

  it('run without taking a cell if no cell has their values', async () => {
    const study = await start();
    await study.enqueue({ lr: 0.123 });
    const first = await study.ask();
    expect(first.params.lr).toBe(0.123);
    await study.tell(first, 0);
    await study.optimize(() => 0);
    expect(await study.trials()).toHaveLength(22);
    // Every cell has been tried, but an enqueued trial still runs once.
    await study.enqueue({ lr: 0.5 });
    await study.optimize(() => 0);
    expect(await study.trials()).toHaveLength(23);
  });
});

describe('the config', () => {
  it('recreates the sampler', () => {
    for (const options of [
      {},
      { grid: { x: [1, '1', true, null] }, points: { y: 3 }, order: 'sequential', seed: 12 },
    ] as const) {
      const sampler = new GridSampler(options);
      const again = GridSampler.fromConfig(JSON.parse(JSON.stringify(sampler.config.options)));
      expect(again.config).toEqual(sampler.config);
      expect(again.seed).toBe(sampler.seed);
    }
    expect('seed' in new GridSampler()).toBe(false);
  });

  it('keeps numbers exactly', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
          { minLength: 1 },
        ),
        (x) => {
          const again = GridSampler.fromConfig(
            JSON.parse(JSON.stringify(new GridSampler({ grid: { x } }).config.options)),
          );
          expect(again.config.options).toEqual({ grid: { x }, order: 'shuffled' });
        },
      ),
    );
  });
});
