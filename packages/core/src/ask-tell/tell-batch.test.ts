import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const space = { x: float(0, 1), c: categorical(['a', 'b']) };

/** Counts the writes that end trials. */
class Counting extends MemoryStorage {
  writes = 0;
  override write(...args: Parameters<MemoryStorage['write']>): ReturnType<MemoryStorage['write']> {
    const [, , ops] = args;
    if (Array.isArray(ops) && ops.some(({ kind }) => kind === 'finish')) this.writes++;
    return super.write(...args);
  }
}

describe('tellBatch', () => {
  it('stores all trials in one write, with what they have not stored yet', async () => {
    const storage = new Counting();
    const study = await createStudy({ storage, sampler, space });
    const [a, b, c] = await study.askBatch(3);
    if (a === undefined || b === undefined || c === undefined) throw new Error('three trials');
    void a.report(0.5, 0);
    const told = await study.tellBatch([
      { trial: a, value: 1, sem: 0.1 },
      { trial: b.number, state: 'pruned' },
      { trial: c, state: 'fail', reason: 'broken' },
    ]);
    expect(storage.writes).toBe(1);
    expect(told.map(({ number, state, value, sem }) => [number, state, value, sem])).toEqual([
      [0, 'complete', 1, [0.1]],
      [1, 'pruned', undefined, null],
      [2, 'fail', undefined, null],
    ]);
    expect([...(told[0]?.intermediateValues ?? [])]).toEqual([[0, 0.5]]);
    expect(told[2]?.failure).toEqual({ code: 'told', message: 'broken' });
    await refused('trial-finished', () => a.report(1, 1));
  });

  it('stores nothing if one entry is refused', async () => {
    const study = await createStudy({ sampler, space });
    const [a, b] = await study.askBatch(2);
    if (a === undefined || b === undefined) throw new Error('two trials');
    for (const bad of [
      { trial: b, value: 'one' as never },
      { trial: a, value: 2 },
      { trial: 7, value: 2 },
      { trial: b, value: 2, sem: -1 },
      { trial: b, value: 2, often: true } as never,
    ])
      await refused(['invalid-value', 'invalid-argument', 'trial-not-found'], () =>
        study.tellBatch([{ trial: a, value: 1 }, bad]),
      );
    await refused('invalid-argument', () => study.tellBatch({ trial: a, value: 1 } as never));
    expect((await study.trials()).map(({ state }) => state)).toEqual(['running', 'running']);
    expect(await study.tellBatch([])).toEqual([]);
  });

  it('skips finished trials on demand', async () => {
    const study = await createStudy({ sampler, space });
    const [a, b] = await study.askBatch(2);
    if (a === undefined || b === undefined) throw new Error('two trials');
    await study.tell(a, 1);
    await refused('trial-finished', () =>
      study.tellBatch([
        { trial: b, value: 2 },
        { trial: a, value: 3 },
      ]),
    );
    const told = await study.tellBatch([
      { trial: b, value: 2 },
      { trial: a, value: 3, skipIfFinished: true },
    ]);
    expect(told.map(({ value }) => value)).toEqual([2, 1]);
  });
});

describe('prune and fail', () => {
  it('end a trial, given by object or number', async () => {
    const study = await createStudy({ sampler, space });
    const [a, b] = await study.askBatch(2);
    if (a === undefined || b === undefined) throw new Error('two trials');
    await a.report(3, 0);
    expect(await study.prune(a)).toMatchObject({ state: 'pruned', value: 3 });
    expect(await study.fail(b.number, 'no disk')).toMatchObject({
      state: 'fail',
      failure: { code: 'told', message: 'no disk' },
    });
    const error = await refused('invalid-value', async () =>
      study.tell(await study.ask(), { state: 'pruned' } as never),
    );
    expect(error.message).toContain('study.prune(trial)');
  });
});

describe('sem and gradient', () => {
  it('are stored with the end, and read on trials and in the history', async () => {
    const study = await createStudy({ sampler, space });
    const told = await study.tell(await study.ask(), 1, { sem: 0.25, gradient: { x: -2 } });
    expect([told.sem, told.gradient]).toEqual([[0.25], { x: -2 }]);
    expect([study.history.sem(0), study.history.gradient(0)]).toEqual([[0.25], { x: -2 }]);
    expect(told.systemAttrs[keys.sem]).toEqual([0.25]);
    const plain = await study.tell(await study.ask(), 1);
    expect([plain.sem, plain.gradient, study.history.sem(1)]).toEqual([null, null, null]);
    const nan = await study.tell(await study.ask(), Number.NaN, { sem: 1 });
    expect([nan.state, nan.sem]).toEqual(['fail', null]);
  });

  it('take one standard error per objective', async () => {
    const study = await createStudy({ sampler, space, directions: ['minimize', 'maximize'] });
    expect((await study.tell(await study.ask(), [1, 2], { sem: [0, 0.5] })).sem).toEqual([0, 0.5]);
    const trial = await study.ask();
    for (const sem of [0.5, [0.5], [0.5, Number.NaN], [0.5, -1], [0.5, Number.POSITIVE_INFINITY], ['1', 2]])
      await refused('invalid-value', () => study.tell(trial, [1, 2], { sem: sem as never }));
    await refused('invalid-value', () => study.tell(trial, [1, 2], { gradient: { x: 1 } }));
  });

  it.each([{ y: 1 }, { c: 1 }, { x: Number.NaN }, { x: Number.POSITIVE_INFINITY }, { x: '1' }, [1], 3, null])(
    'refuse the gradient %o, and the trial stays running',
    async (gradient) => {
      const study = await createStudy({ sampler, space });
      const trial = await study.ask();
      await refused('invalid-value', () => study.tell(trial, 1, { gradient: gradient as never }));
      await refused('invalid-value', () => study.tell(trial.number, 1, { gradient: gradient as never }));
      expect((await study.trials())[0]?.state).toBe('running');
      await study.tell(trial, 1);
    },
  );
});

describe('constraints', () => {
  it('are told with the value, by trial or number, beside those set before', async () => {
    const study = await createStudy({ sampler, space });
    const trial = await study.ask();
    await trial.setConstraint('memory', -1);
    const told = await study.tell(trial, 1, { constraints: { time: 0.5 } });
    expect([told.constraints, told.isFeasible]).toEqual([{ memory: -1, time: 0.5 }, false]);
    expect(study.history.violation[0]).toBe(0.5);
    const other = await study.ask();
    await other.setConstraint('memory', 2);
    const [byNumber] = await study.tellBatch([
      { trial: other.number, value: 1, constraints: { time: -3, memory: -2 } },
    ]);
    expect([byNumber?.constraints, byNumber?.isFeasible]).toEqual([{ memory: -2, time: -3 }, true]);
    expect((await study.toRows()).map((row) => [row['constraints_memory'], row['constraints_time']])).toEqual([
      [-1, 0.5],
      [-2, -3],
    ]);
  });

  it.each([{ a: Number.NaN }, { a: '1' }, { '': 1 }, [1], 3, null])(
    'refuse %o, and the trial stays running',
    async (constraints) => {
      const study = await createStudy({ sampler, space });
      const trial = await study.ask();
      await refused(['invalid-value', 'invalid-argument'], () =>
        study.tell(trial, 1, { constraints: constraints as never }),
      );
      expect((await study.trials())[0]?.state).toBe('running');
    },
  );
});

it('a value told or returned as { value } is refused, with the way to tell what belongs to it', async () => {
  const study = await createStudy({ sampler, space, log: 'silent' });
  const trial = await study.ask();
  const error = await refused('invalid-value', () => study.tell(trial, { value: 1, sem: 0.1 } as never));
  expect(error.message).toContain('tell(trial, value, { sem })');
  const thrown = await refused('invalid-value', () => study.optimize(() => ({ value: 1 }) as never, { trials: 2 }));
  expect(thrown.message).toContain('Return or tell the number');
});
