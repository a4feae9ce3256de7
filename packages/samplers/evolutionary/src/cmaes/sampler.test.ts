import {
  categorical,
  createStudy,
  float,
  type InferParams,
  int,
  isAsktellError,
  MemoryStorage,
  NopPruner,
  oneOf,
  replayProposal,
  rngFor,
  type Sampler,
  type Space,
  type Study,
  type Trial,
  where,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { CmaEsOptions } from './options.ts';
import { CmaEsSampler } from './sampler.ts';
import type { CmaEsState } from './state.ts';

const quiet = {
  process: null,
  output: { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} },
  compileExpression: null,
};

async function study<const S extends Space>(
  space: S,
  options: CmaEsOptions = {},
  more: {
    readonly seed?: number;
    readonly direction?: 'minimize' | 'maximize';
    readonly storage?: MemoryStorage;
    readonly sampler?: Sampler<CmaEsState>;
  } = {},
): Promise<Study<InferParams<S>>> {
  return createStudy(
    {
      name: 's',
      space,
      sampler: new CmaEsSampler(options),
      pruner: new NopPruner(),
      storage: new MemoryStorage(),
      seed: 1,
      loadIfExists: true,
      ...more,
    },
    { environment: quiet },
  ) as unknown as Promise<Study<InferParams<S>>>;
}

/** A sampler that calls `look` with its state after each trial. */
function watched(sampler: CmaEsSampler, look: (state: CmaEsState) => void): Sampler<CmaEsState> {
  const { fold } = sampler;
  return {
    name: sampler.name,
    config: sampler.config,
    supports: sampler.supports,
    propose: (state, ctx) => sampler.propose(state, ctx),
    fold: {
      ...fold,
      absorb: (state, row, ctx) => {
        fold.absorb(state, row, ctx);
        look(state);
      },
    },
  };
}

/** n floats in [-5, 5] and the sum of their squared distances from 0, 1, 2, 0, … */
function sphere(n: number): { space: { [name: string]: ReturnType<typeof float> }; loss: (x: object) => number } {
  const names = Array.from({ length: n }, (_, i) => `x${i}`);
  return {
    space: Object.fromEntries(names.map((name) => [name, float(-5, 5)])),
    loss: (params) =>
      names.reduce(
        (sum, name, i) => sum + (((params as { [name: string]: number })[name] as number) - (i % 3)) ** 2,
        0,
      ),
  };
}

describe('CmaEsSampler', () => {
  it('minimizes and maximizes a sphere', async () => {
    const { space, loss } = sphere(5);
    for (const direction of ['minimize', 'maximize'] as const) {
      const sign = direction === 'minimize' ? 1 : -1;
      const s = await study(space, {}, { direction });
      await s.optimize((trial) => sign * loss(trial.params), { trials: 600 });
      expect(sign * ((await s.bestValue()) as number)).toBeLessThan(1e-6);
    }
  });

  it('finds an optimum on a bound, on a log range and in a curved valley', async () => {
    const space = { a: float(0, 1), b: float(1e-6, 1, { log: true }), c: float(-2, 2), d: float(-2, 2) };
    const s = await study(space);
    await s.optimize(
      ({ params: { a, b, c, d } }) => a + Math.abs(Math.log10(b) + 4) + (100 * (d - c * c) ** 2 + (1 - c) ** 2) / 10,
      { trials: 1500 },
    );
    expect(await s.bestValue()).toBeLessThan(1e-4);
  });

  it('learns integers, stepped floats and categories', async () => {
    const kinds = ['a', 'b', 'c', 'd', 'e'] as const;
    const space = {
      k: int(0, 100),
      n: int(1, 512, { log: true }),
      s: float(-1, 1, { step: 0.05 }),
      x: float(-1, 1),
      kind: categorical(kinds),
      other: categorical(kinds),
      flag: categorical([false, true]),
    };
    const s = await study(space);
    const late: string[] = [];
    await s.optimize(
      (trial) => {
        const p = trial.params;
        if (trial.number >= 400) late.push(p.kind);
        return (
          Math.abs(p.k - 73) / 20 +
          Math.abs(Math.log2(p.n) - 5) +
          Math.abs(p.s + 0.3) +
          p.x * p.x +
          (p.kind === 'd' ? 0 : 1) +
          (p.other === 'b' ? 0 : 1) +
          (p.flag ? 0 : 1)
        );
      },
      { trials: 500 },
    );
    const best = await s.bestParams();
    expect([best?.kind, best?.other, best?.flag]).toEqual(['d', 'b', true]);
    expect(Math.abs((best?.k ?? 0) - 73)).toBeLessThanOrEqual(2);
    expect(best?.n).toBe(32);
    // Random draws choose each of the five in a fifth of the trials.
    expect(late.filter((kind) => kind === 'd').length / late.length).toBeGreaterThan(0.6);
  });

  it('learns the parameters of the best branch', async () => {
    const space = { model: oneOf({ a: { c: float(0, 1) }, b: { d: float(0, 1), n: int(1, 50) } }), x: float(-1, 1) };
    const s = await study(space);
    await s.optimize(
      ({ params: { model, x } }) =>
        x * x + (model.type === 'a' ? 1 + model.c : Math.abs(model.d - 0.9) + Math.abs(model.n - 40) / 50),
      { trials: 500 },
    );
    const best = await s.bestParams();
    expect(best?.model.type).toBe('b');
    expect(await s.bestValue()).toBeLessThan(0.02);
  });

  it('satisfies where, finds the constrained optimum, and supports a thin allowed set', async () => {
    const allowed = where(
      { a: float(0, 1), b: float(0, 1), n: int(0, 9) },
      (p) => p.a + p.b <= 0.5,
      (p) => p.n !== 4,
    );
    const s = await study(allowed);
    await s.optimize(({ params: { a, b, n } }) => (a - 1) ** 2 + (b - 0.2) ** 2 + Math.abs(n - 4), { trials: 400 });
    for (const { params } of await s.trials()) expect(params.a + params.b <= 0.5 && params.n !== 4).toBe(true);
    // The constrained optimum is a = 0.5, b = 0.
    expect(await s.bestValue()).toBeLessThan(1.29 + 0.02);
    const thin = where({ a: float(0, 1), b: float(0, 1) }, (p) => Math.abs(p.a - p.b) < 0.003);
    let solved = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const t = await study(thin, {}, { seed });
      await t.optimize(({ params: { a } }) => (a - 0.8) ** 2, { trials: 150 });
      if (((await t.bestValue()) as number) < 1e-6) solved++;
    }
    expect(solved).toBeGreaterThanOrEqual(5);
  });

  it('finds the best feasible trial', async () => {
    const { space, loss } = sphere(3);
    const s = await study(space);
    await s.optimize(
      (trial) => {
        const x0 = (trial.params as { x0: number }).x0;
        trial.setConstraint('far', 2 - x0);
        return loss(trial.params);
      },
      { trials: 500 },
    );
    const feasible = (await s.trials()).filter(({ isFeasible }) => isFeasible);
    expect(feasible.length).toBeGreaterThan(150);
    expect(Math.min(...feasible.map(({ value }) => value as number))).toBeLessThan(4.05);
  });

  it('learns with 1, 7 and 30 workers and results in any order', async () => {
    const { space, loss } = sphere(4);
    for (const workers of [1, 7, 30]) {
      const s = await study(space);
      const rng = rngFor(workers, 0, 'order');
      const open: Trial<{ [name: string]: number }>[] = [];
      for (let asked = 0; asked < 900; asked++) {
        open.push((await s.ask()) as never);
        if (open.length < workers) continue;
        const [trial] = open.splice(rng.int(0, open.length - 1), 1);
        if (trial !== undefined) await s.tell(trial.number, loss(trial.params));
      }
      expect(await s.bestValue(), `${workers} workers`).toBeLessThan(workers === 30 ? 0.05 : 1e-5);
    }
  });

  it('counts all late results with six times as many workers as the population size', async () => {
    let last: CmaEsState | null = null;
    const sampler = watched(new CmaEsSampler(), (state) => {
      last = state;
    });
    const s = await study(sphere(4).space, {}, { sampler });
    const rng = rngFor(60, 0, 'order');
    const open: { readonly number: number; readonly loss: number }[] = [];
    const lossOf = sphere(4).loss;
    for (let asked = 0; asked < 600; asked++) {
      const { number, params } = await s.ask();
      open.push({ number, loss: lossOf(params) });
      if (open.length < 48) continue;
      const [told] = open.splice(rng.int(0, open.length - 1), 1) as [(typeof open)[0]];
      await s.tell(told.number, told.loss);
    }
    await s.ask();
    const { run, restarts, absorbed } = last as unknown as CmaEsState;
    expect(restarts.count).toBe(0);
    expect([absorbed, run.results]).toEqual([553, 553]);
    expect(await s.bestValue()).toBeLessThan(0.01);
  });

  it('resumes in the middle of a generation with 1 and 7 workers, and replays each trial', async () => {
    const space = { a: float(-3, 3), n: int(0, 20), c: categorical(['x', 'y', 'z']) };
    const loss = (p: { a: number; n: number; c: string }): number =>
      p.a ** 2 + Math.abs(p.n - 4) + (p.c === 'y' ? 0 : 1);
    for (const workers of [1, 7]) {
      const told: (readonly unknown[])[] = [];
      // The study is reopened after `killedAfter` tells. The new handle tells the running trials.
      for (const killedAfter of [Number.POSITIVE_INFINITY, 11, 25]) {
        const storage = new MemoryStorage();
        let s = await study(space, {}, { storage });
        const rng = rngFor(5, workers, 'order');
        const open: number[] = [];
        for (let asked = 0, tells = 0; asked < 60; asked++) {
          open.push((await s.ask()).number);
          if (open.length < workers) continue;
          const [number] = open.splice(rng.int(0, open.length - 1), 1) as [number];
          const trial = (await s.trials())[number];
          await s.tell(number, loss(trial?.params as never));
          if (++tells === killedAfter) s = await study(space, {}, { storage });
        }
        told.push((await s.trials()).map(({ flatParams, record }) => [flatParams, [...(record.systemAttrs ?? [])]]));
        if (killedAfter === 11) {
          for (const { number, flatParams } of await s.trials())
            expect(await replayProposal(s, number)).toEqual(flatParams);
        }
      }
      const params = (k: number): unknown => told[k]?.map((trial) => (trial as readonly unknown[])[0]);
      expect(params(1)).toEqual(params(0));
      expect(params(2)).toEqual(params(0));
    }
  });

  it.each([
    ['NaN', (s: Study, t: Trial) => s.tell(t, Number.NaN)],
    ['failed', (s: Study, t: Trial) => s.tell(t, undefined, { state: 'fail' })],
    ['equal', (s: Study, t: Trial) => s.tell(t, 3)],
    ['pruned', (s: Study, t: Trial) => s.tell(t, undefined, { state: 'pruned' })],
    ['infinite', (s: Study, t: Trial) => s.tell(t, Number.POSITIVE_INFINITY)],
  ])('widens the search when all results are %s', async (_, end) => {
    const { space } = sphere(2);
    const s = await study(space);
    for (let k = 0; k < 300; k++) {
      const trial = await s.ask();
      await end(s as never, trial as never);
    }
    const xs = (await s.trials()).slice(150).map(({ flatParams }) => flatParams['x0'] as number);
    expect(Math.max(...xs) - Math.min(...xs), 'the whole range is visited').toBeGreaterThan(8);
  });

  it('supports a population larger than the study, 1 and 200 dimensions, and single values', async () => {
    const { space, loss } = sphere(2);
    const few = await study(space, { populationSize: 1000 });
    await few.optimize((trial) => loss(trial.params), { trials: 50 });
    expect((await few.trials()).length).toBe(50);
    for (const [n, trials] of [
      [1, 300],
      [200, 400],
    ] as const) {
      const problem = sphere(n);
      const s = await study(problem.space);
      await s.optimize((trial) => problem.loss(trial.params), { trials });
      const values = (await s.trials()).map(({ value }) => value as number);
      expect(Math.min(...values)).toBeLessThan(n === 1 ? 1e-9 : 0.9 * (values[0] as number));
    }
    const single = await study({ a: float(1, 1), b: categorical(['only']), c: int(2, 2) });
    await single.optimize(() => 0, { trials: 30 });
    expect((await single.trials())[29]?.flatParams).toEqual({ a: 1, b: 'only', c: 2 });
    const mixed = await study({ a: float(0, 1), b: categorical(['only']), c: int(2, 2), d: categorical([1, 2]) });
    await mixed.optimize(({ params }) => params.a + params.d, { trials: 120 });
    expect(await mixed.bestValue()).toBeLessThan(1.01);
  });

  it('starts from x0 and sigma, or from the trials of another study', async () => {
    const space = { a: float(0, 10), b: float(1e-4, 1, { log: true }), n: int(0, 50), c: categorical(['x', 'y', 'z']) };
    const near = await study(space, { x0: { a: 9, b: 1e-2, n: 5 }, sigma: 0.01 });
    for (let k = 0; k < 20; k++) {
      const { params } = await near.ask();
      expect(Math.abs(params.a - 9)).toBeLessThan(0.5);
      expect(Math.abs(Math.log10(params.b) + 2)).toBeLessThan(0.2);
      expect(Math.abs(params.n - 5)).toBeLessThanOrEqual(3);
    }
    for (const direction of ['minimize', 'maximize'] as const) {
      const sign = direction === 'minimize' ? 1 : -1;
      const loss = (p: { a: number; b: number; n: number; c: string }): number =>
        Math.abs(p.a - 2) + Math.abs(Math.log10(p.b) + 1) + Math.abs(p.n - 30) / 10 + (p.c === 'z' ? 0 : 3);
      const source = await study(space, { sigma: 0.3, restarts: 'none' }, { direction });
      await source.optimize(({ params }) => sign * loss(params), { trials: 300 });
      const warm = await study(space, { warmStart: await source.trials() }, { direction, seed: 9 });
      let sum = 0;
      for (let k = 0; k < 20; k++) sum += loss((await warm.ask()).params) / 20;
      expect(sum).toBeLessThan(3);
    }
  });

  it('starts in the branch of another study’s best trials, and ignores pruned, infeasible and unusable ones', async () => {
    const space = {
      m: oneOf({ a: { u: float(0, 1) }, b: { v: float(0, 1), c: categorical(['x', 'y', 'z']) } }),
      w: float(0, 1),
    };
    const inB = Array.from({ length: 20 }, (_, k) => ({
      flatParams: { m: 'b', 'm.b.v': 0.9, 'm.b.c': 'z', w: 0.1 + k / 1000 },
      value: k,
    }));
    const warmStart = [
      ...inB,
      { flatParams: { m: 'a', 'm.a.u': 0.5, w: 0.9 }, value: -1, state: 'pruned' as const },
      { flatParams: { m: 'a', 'm.a.u': 0.5, w: 0.9 }, value: -1, isFeasible: false },
      { flatParams: { m: 'a', 'm.a.u': 1.5, w: 0.9 }, value: -1 },
      { flatParams: { m: 'b', 'm.b.v': 0.5, w: 0.9 }, value: -1 },
    ];
    const s = await study(space, { warmStart });
    const drawn = await Promise.all(Array.from({ length: 20 }, async () => (await s.ask()).params));
    const inside = drawn.flatMap(({ m }) => (m.type === 'b' ? [m] : []));
    expect(inside.length).toBeGreaterThan(12);
    expect(inside.filter(({ c }) => c === 'z').length).toBeGreaterThan(inside.length / 2);
    expect(inside.reduce((sum, { v }) => sum + v, 0) / inside.length).toBeGreaterThan(0.75);
    expect(drawn.reduce((sum, { w }) => sum + w, 0) / 20).toBeLessThan(0.25);
    const foreign = await study(space, { warmStart: warmStart.slice(-2) });
    await expect(foreign.ask()).rejects.toThrow(/warmStart must contain a trial .* none of its 2 trials has one/);
    expect(() => new CmaEsSampler({ warmStart: warmStart.slice(20, 22) })).toThrow(/must contain a complete, feasible/);
  });

  it('ends near the best point with a known budget, finds better values, and replays', async () => {
    const { space, loss } = sphere(5);
    const names = Object.keys(space);
    const runTo = async (
      options: CmaEsOptions,
      seed: number,
      total?: number,
    ): Promise<Study<{ [name: string]: number }>> => {
      const s = await study(space, options, { seed });
      for (let k = 0; k < 120; k++) {
        const [trial] = await s.askBatch(1, total === undefined ? {} : { total });
        if (trial === undefined) break;
        await s.tell(trial.number, loss(trial.params));
      }
      return s as never;
    };
    let better = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const [known, unknown] = [await runTo({}, seed, 120), await runTo({}, seed)];
      if (((await known.bestValue()) as number) < ((await unknown.bestValue()) as number)) better++;
      if (seed > 1) continue;
      const params = async (s: typeof known): Promise<unknown[]> =>
        (await s.trials()).map(({ flatParams }) => flatParams);
      expect(await params(await runTo({ budget: 120 }, seed))).toEqual(await params(known));
      expect(await params(await runTo({ finalPhase: false }, seed, 120))).toEqual(await params(unknown));
      expect((await params(known)).slice(0, 96)).toEqual((await params(unknown)).slice(0, 96));
      const trials = await known.trials();
      for (const number of [3, 96, 119])
        expect(await replayProposal(known as never, number, { total: 120 })).toEqual(trials[number]?.flatParams);
      const spread = (from: typeof trials): number =>
        Math.max(
          ...names.map(
            (name) =>
              Math.max(...from.map((t) => t.flatParams[name] as number)) -
              Math.min(...from.map((t) => t.flatParams[name] as number)),
          ),
        );
      expect(spread(trials.slice(108))).toBeLessThan(0.5 * spread(trials.slice(72, 96)));
    }
    expect(better).toBeGreaterThanOrEqual(7);
  });

  it('does not repeat the best point in the final phase', async () => {
    const choices = ['a', 'b', 'c', 'd'] as const;
    const space = { k: categorical(choices), l: categorical(choices), m: categorical(choices), n: int(0, 3) };
    const s = await study(space, { restarts: 'none' });
    for (let k = 0; k < 60; k++) {
      const best = (await s.bestTrial())?.flatParams;
      const [trial] = await s.askBatch(1, { total: 60 });
      if (trial === undefined) break;
      if (k >= 48) expect({ ...trial.params }).not.toEqual(best);
      const { k: a, l: b, m: c, n } = trial.params;
      await s.tell(trial, [a, b, c].filter((value) => value !== 'c').length + Math.abs(n - 2));
    }
    expect(await s.bestValue()).toBe(0);
  });

  it('has no final phase if all trials failed, or after a restart', async () => {
    const { space } = sphere(2);
    for (const [state, value] of [
      ['fail', undefined],
      ['complete', 1],
    ] as const) {
      const drawn: unknown[] = [];
      for (const total of [undefined, 400]) {
        const s = await study(space, { populationSize: 4 });
        for (let k = 0; k < 400; k++) {
          const [trial] = await s.askBatch(1, total === undefined ? {} : { total });
          if (trial === undefined) break;
          await s.tell(trial, value, { state });
        }
        drawn.push((await s.trials()).slice(320).map(({ flatParams }) => flatParams));
      }
      expect(drawn[1]).toEqual(drawn[0]);
    }
  });

  it.each([Number.NaN, 1e9])('without restarts continues around the best point when σ is %d', async (sigma) => {
    let last: CmaEsState | null = null;
    const { space, loss } = sphere(3);
    const sampler = watched(new CmaEsSampler({ restarts: 'none' }), (state) => {
      last = state;
    });
    const s = await study(space, {}, { sampler });
    await s.optimize((trial) => loss(trial.params), { trials: 100 });
    const broken = (last as unknown as CmaEsState).run;
    (broken.search.gaussian as { sigma: number }).sigma = sigma;
    await s.optimize((trial) => loss(trial.params), { trials: 150 });
    const { run, restarts } = last as unknown as CmaEsState;
    expect([run === broken, restarts.count, run.kind]).toEqual([false, 0, broken.kind]);
    const late = (await s.trials()).slice(220).map(({ value }) => value as number);
    expect(Math.max(...late)).toBeLessThan(0.1);
  });

  it('rejects unknown, invalid and contradictory options', async () => {
    const refused = (options: object): string => {
      try {
        new CmaEsSampler(options as CmaEsOptions);
      } catch (error) {
        expect(isAsktellError(error) && error.code).toBe('invalid-argument');
        return (error as Error).message;
      }
      throw new Error(`accepted: ${JSON.stringify(options)}`);
    };
    expect(refused({ popsize: 5 })).toMatch(/no option "popsize".*populationSize/);
    expect(refused({ populationSize: 3 })).toMatch(/from 4 to 100000, not 3/);
    // A generation of this size does not fit into memory.
    expect(refused({ populationSize: 1e9 })).toMatch(/not 1000000000/);
    for (const sigma of [0, -1, 2, Number.NaN, '0.1']) expect(refused({ sigma })).toMatch(/sigma/);
    expect(refused({ restarts: 'sometimes' })).toMatch(/'none', 'ipop' or 'bipop'/);
    expect(refused({ separable: 1 })).toMatch(/separable must be true or false/);
    expect(refused({ separable: true, adaptLearningRate: true })).toMatch(/must not be combined, because/);
    expect(refused({ warmStart: [{ flatParams: {}, value: 1 }], sigma: 0.1 })).toMatch(
      /warmStart must not be combined with x0 or sigma/,
    );
    expect(refused({ warmStart: [] })).toMatch(/must contain a complete, feasible trial/);
    expect(refused({ warmStart: [5] })).toMatch(/warmStart must contain trials, not 5/);
    for (const budget of [0, 1.5, '9', null])
      expect(refused({ budget })).toMatch(/budget must be a whole number of trials/);
    expect(refused({ finalPhase: 0 })).toMatch(/finalPhase must be true or false/);
    expect(refused({ x0: { a: 'x' } })).toMatch(/finite number/);
    expect(refused({ x0: [1] })).toMatch(/x0 must be an object/);
    expect(refused({ seed: -1 })).toMatch(/seed/);
    expect(refused([] as object)).toMatch(/options must be an object/);
    const space = { a: float(0, 1), c: categorical(['x', 'y']) };
    for (const [x0, message] of [
      [{ a: 2 }, 'x0 of "a" must be a member of float(0, 1), not 2.'],
      [{ b: 0.5 }, 'x0 must name numeric parameters of the space, not "b".'],
      [{ c: 0 }, 'x0 must name numeric parameters of the space, not "c".'],
    ] as const) {
      const s = await study(space, { x0 });
      await expect(s.ask()).rejects.toThrow(message);
    }
  });

  it('golden sequence', async () => {
    const space = {
      x: float(-5, 5),
      lr: float(1e-5, 1, { log: true }),
      n: int(1, 64, { log: true }),
      c: categorical(['a', 'b', null]),
      m: oneOf({ u: { v: float(0, 1) }, w: {} }),
    };
    const s = await study(space, { populationSize: 5 }, { seed: 42 });
    await s.optimize(({ params }) => (params.x - 0.3) ** 2 + params.n / 64, { trials: 23 });
    const rows = (await s.trials())
      .slice(-4)
      .map(({ flatParams }) =>
        Object.entries(flatParams).map(([name, value]) => [
          name,
          typeof value === 'number' ? Number(value.toPrecision(9)) : value,
        ]),
      );
    expect(rows).toMatchSnapshot();
  });

  it('is recreated from its config', () => {
    for (const options of [
      {},
      { populationSize: 12, sigma: 0.3, x0: { a: 1 }, restarts: 'ipop', separable: true, seed: 4 },
      { budget: 300, finalPhase: false },
      { adaptLearningRate: true, warmStart: [{ flatParams: { a: 1 }, value: 2 }] },
    ] satisfies CmaEsOptions[]) {
      const sampler = new CmaEsSampler(options);
      const config = JSON.parse(JSON.stringify(sampler.config));
      const again = CmaEsSampler.fromConfig(config.options);
      expect(again.config).toEqual(sampler.config);
      expect(again.seed).toBe(sampler.seed);
    }
  });
});
