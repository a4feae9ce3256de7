import { PendingSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { nthInternal, toExternal } from '../distribution/convert.ts';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import type { Proposal, Sampler } from '../sampler/sampler.ts';
import { group, oneOf } from '../space/builders.ts';
import { where } from '../space/where.ts';
import { createStudy } from '../study/create-study.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** Counts up within `n` in the ask's transaction. */
const counting: Sampler = {
  name: 'counting',
  config: { version: 1, options: {} },
  supports: { exclusive: true },
  propose: (_state, { history }) => {
    const k = history.finished.length + history.running.length;
    return k < 5 ? { x: Float64Array.of(k) } : 'exhausted';
  },
};

describe('ask, with a declared space', () => {
  const space = {
    lr: float(0, 1),
    g: group({ n: int(0, 9) }),
    model: oneOf({ svm: { c: float(0, 1) }, none: {} }),
  };

  it('has stored all parameters when it resolves', async () => {
    for (const sampler of [uniform, new PendingSampler()]) {
      const study = await createStudy({ sampler, space });
      const trial = await study.ask();
      const [stored] = await study.trials();
      expect(stored).toMatchObject({ number: 0, state: 'running', params: trial.params });
      expect(Object.keys(stored?.flatParams ?? {}).slice(0, 3)).toEqual(['lr', 'g.n', 'model']);
      expect(stored?.datetimeStart).toBeInstanceOf(Date);
      expect(trial.params.model.type === 'svm').toBe('model.svm.c' in (stored?.flatParams ?? {}));
    }
  });

  it("uses the given space instead of the study's", async () => {
    const study = await createStudy({ sampler: uniform, space });
    const trial = await study.ask({ other: categorical(['a', 'b']) });
    expect(Object.keys(trial.params)).toEqual(['other']);
    expect(Object.keys((await study.ask()).params)).toEqual(['lr', 'g', 'model']);
  });

  it('never proposes what where forbids', async () => {
    for (const sampler of [uniform, new PendingSampler()]) {
      const study = await createStudy({ sampler });
      const halves = where({ a: float(0, 1), b: float(0, 1) }, (p) => p.a + 0.5 < p.b);
      for (const { params } of await study.askBatch(30, { space: halves }))
        expect(params.a + 0.5).toBeLessThan(params.b);
    }
  });

  it('rejects when where allows nothing, and writes nothing', async () => {
    const study = await createStudy({ sampler: uniform, space: where({ a: int(0, 3) }, (p) => p.a > 3) });
    const error = await refused('unsatisfiable-space', () => study.ask());
    expect(error.message).toMatch(/where.*trial 0.*Loosen/);
    expect(await study.trials()).toEqual([]);
  });

  it('refuses a name with another distribution in the study, and writes nothing', async () => {
    for (const sampler of [uniform, new PendingSampler()]) {
      const study = await createStudy({ sampler });
      await study.ask({ x: float(0, 1), c: categorical(['a', 'b']) });
      for (const bad of [{ x: int(0, 1) }, { x: float(0.1, 1, { log: true }) }, { c: categorical(['b', 'a']) }]) {
        const error = await refused('space-conflict', () => study.ask({ fresh: float(0, 1), ...bad }));
        expect(error.message).toMatch(/"[xc]" is (float|categorical).* cannot become/);
      }
      expect(await study.trials()).toHaveLength(1);
      await study.ask({ x: float(-5, 5) }); // ranges may move
    }
  });

  it('works with a space without parameters', async () => {
    const study = await createStudy({ sampler: uniform, space: {} });
    expect((await study.ask()).params).toEqual({});
  });
});

describe('ask for several', () => {
  it('gives them from one transaction, with distinct numbers and points', async () => {
    const space = { x: float(0, 1) };
    for (const sampler of [uniform, new PendingSampler()]) {
      const study = await createStudy({ sampler, space });
      const trials = await study.askBatch(5);
      expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
      expect(new Set(trials.map(({ params }) => params.x)).size).toBe(5);
      expect(await study.askBatch(1, { space })).toHaveLength(1);
    }
  });

  it('lets each proposal see the ones before as pending', async () => {
    const seen: number[][] = [];
    const watcher: Sampler = {
      ...counting,
      supports: { pending: true },
      propose: (_state, { history, trial }) => {
        seen.push(Array.from(history.running, (row) => history.value(row, 'k')));
        return { x: Float64Array.of(trial.number) };
      },
    };
    for (const supports of [{ pending: true }, { pending: true, exclusive: true }]) {
      seen.length = 0;
      const study = await createStudy({ sampler: { ...watcher, supports }, space: { k: int(0, 99) } });
      await study.ask();
      await study.askBatch(3);
      expect(seen).toEqual([[], [0], [0, 1], [0, 1, 2]]);
    }
  });

  it('gives fewer trials, or none, when the sampler is exhausted', async () => {
    const study = await createStudy({ sampler: counting, space: { k: int(0, 9) } });
    expect(await study.askBatch(3)).toHaveLength(3);
    expect((await study.askBatch(3)).map(({ params }) => params.k)).toEqual([3, 4]);
    expect(await study.askBatch(3)).toEqual([]);
    const error = await refused('exhausted', () => study.ask());
    expect(error.message).toContain('"counting"');
    expect(await study.trials()).toHaveLength(5);
  });

  it('refuses invalid counts', async () => {
    const study = await createStudy({ sampler: uniform });
    for (const count of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null]) {
      const error = await refused('invalid-argument', () => study.askBatch(count as never));
      expect(error.message).toContain('the number of trials must be a whole number, 1 or more');
    }
    await refused('invalid-argument', () => study.askBatch(1, { coutn: 1 } as never));
    const ask = (...args: readonly unknown[]) =>
      (study.ask as (...all: unknown[]) => Promise<unknown>).apply(study, [...args]);
    expect((await refused('invalid-argument', () => ask(undefined, { count: 3 }))).message).toContain('askBatch');
    await refused('invalid-space', () => study.ask(5 as never));
    await refused('invalid-space', () => study.ask(null as never));
    expect(await study.trials()).toEqual([]);
  });
});

describe('the total budget of an ask', () => {
  it('counts the finished and the running trials of the study, with and without a lease', async () => {
    const study = await createStudy({ sampler: uniform });
    for (const trial of await study.askBatch(5, { total: 3 })) await study.tell(trial, 0);
    expect(await study.askBatch(1, { total: 3 })).toEqual([]);
    expect(await study.askBatch(4, { total: 5 })).toHaveLength(2);
    await study.askBatch(1, { total: 6, lease: true });
    expect(await study.askBatch(1, { total: 6 })).toEqual([]);
    expect(await study.askBatch(1, { total: 0 })).toEqual([]);
    for (const total of [-1, 0.5, Number.NaN]) await refused('invalid-argument', () => study.askBatch(1, { total }));
  });
});

describe('mistakes of samplers', () => {
  const faulty = (part: Partial<Sampler>): Sampler => ({ ...uniform, name: 'faulty', ...part });
  const space = { k: int(0, 9) };

  it.each<readonly [name: string, part: Partial<Sampler>]>([
    ['sample outside', { sampleOne: () => 11 }],
    ['sample a string', { sampleOne: () => '1' }],
    ['sample nothing', { sampleOne: () => undefined as never }],
    ['propose outside', { propose: () => ({ x: Float64Array.of(0.5) }) }],
    ['propose later, outside', { propose: async () => ({ x: Float64Array.of(-1) }) }],
    [
      'throw',
      {
        sampleOne: () => {
          throw new Error('bug');
        },
      },
    ],
    [
      'reject',
      {
        propose: async () => {
          throw new Error('bug');
        },
      },
    ],
  ])('%s: the ask rejects, and no trial stays behind running', async (_, part) => {
    const study = await createStudy({ sampler: faulty(part), space });
    const error = await study.ask().then(
      () => expect.unreachable(),
      (reason: unknown) => reason as Error,
    );
    expect(error.message).toMatch(/bug|"faulty".*no member of int\(0, 9\).*fault of the sampler/);
    for (const trial of await study.trials())
      expect(trial).toMatchObject({ state: 'fail', failure: { code: 'error', message: error.message } });
  });

  it('exhausted but not exclusive, or exclusive but asynchronous', async () => {
    const end = async (sampler: Sampler) =>
      refused('unsupported', async () => (await createStudy({ sampler, space })).ask());
    expect((await end(faulty({ propose: () => 'exhausted' }))).message).toContain('not exclusive');
    const slow = async (): Promise<Proposal> => ({ x: Float64Array.of(1) });
    expect((await end(faulty({ propose: slow, supports: { exclusive: true } }))).message).toContain('synchronously');
  });

  it('not a mistake: leaving parameters to sampleOne, or to a uniform draw', async () => {
    const both = { a: int(0, 9), b: int(0, 9) };
    const part: Sampler['propose'] = () => ({ x: Float64Array.of(4, Number.NaN) });
    const one = await createStudy({
      sampler: faulty({ propose: part, sampleOne: (_s, _c, _n, dist) => toExternal(dist, nthInternal(dist, 7)) }),
      space: both,
    });
    expect((await one.ask()).params).toEqual({ a: 4, b: 7 });
    const { sampleOne: _, ...joint } = faulty({ propose: part });
    const two = await createStudy({ sampler: joint, space: both, seed: 1 });
    const [first, second] = await two.askBatch(2, { space: both });
    expect([first?.params.a, second?.params.a, first?.params.b === second?.params.b]).toEqual([4, 4, false]);
  });
});
