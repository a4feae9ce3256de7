import {
  categorical,
  contains,
  createStudy,
  type Distribution,
  float,
  int,
  isAsktellError,
  MemoryStorage,
  oneOf,
  type Space,
  type Study,
  where,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { TpeOptions } from './options.ts';
import { recipeOf } from './options.ts';
import { ownRecipe } from './recipe.ts';
import { TpeSampler } from './sampler.ts';

async function studyOf<const S extends Space>(space: S, seed = 1, options: TpeOptions = {}) {
  return createStudy({ space, seed, sampler: new TpeSampler(options) });
}

/** Sum of squares of the numeric parameters. */
const squares = (params: object): number =>
  Object.values(params).reduce((sum: number, x: unknown) => sum + (typeof x === 'number' ? x * x : 0), 0);

describe('TpeSampler', () => {
  it('finds good values that random search does not find, with every seed', async () => {
    const space = {
      x: float(-5, 8),
      y: float(1e-4, 10, { log: true }),
      n: int(-20, 9),
      c: categorical(['a', 'b', 'c']),
    };
    for (let seed = 0; seed < 8; seed++) {
      const study = await studyOf(space, seed);
      await study.optimize(
        ({ params: { x, y, n, c } }) =>
          (x - 3) ** 2 + Math.log10(y * 50) ** 2 + ((n - 4) / 5) ** 2 + (c === 'b' ? 0 : 1),
        { trials: 100 },
      );
      expect(await study.bestValue()).toBeLessThan(0.25);
    }
  });

  it('refines ints on a long logarithmic range like floats: values in one cell are not duplicates', async () => {
    const best: number[] = [];
    for (let seed = 0; seed < 15; seed++) {
      const study = await studyOf({ n: int(1, 2 ** 20, { log: true }) }, seed);
      await study.optimize(({ params: { n } }) => Math.abs(Math.log2(n) - 17.3), { trials: 100 });
      best.push((await study.bestValue()) as number);
    }
    expect(best.sort((a, b) => a - b)[7]).toBeLessThan(0.005);
  });

  it('reproduces a golden sequence', async () => {
    const space = {
      x: float(0, 1),
      lr: float(1e-5, 1, { log: true }),
      n: int(1, 64, { log: true }),
      c: categorical(['a', 'b', null]),
    };
    const study = await studyOf(space, 42, { startupTrials: 4 });
    await study.optimize(({ params }) => (params.x - 0.3) ** 2 + params.n / 64, { trials: 12 });
    const rows = (await study.trials()).slice(-4).map(({ params }) => ({
      ...params,
      x: Number(params.x.toPrecision(9)),
      lr: Number(params.lr.toPrecision(9)),
    }));
    expect(rows).toMatchInlineSnapshot(`
      [
        {
          "c": "a",
          "lr": 0.0000362403098,
          "n": 56,
          "x": 0.107323059,
        },
        {
          "c": "b",
          "lr": 0.0000340878898,
          "n": 2,
          "x": 0.895544059,
        },
        {
          "c": "b",
          "lr": 0.0695909278,
          "n": 3,
          "x": 0.126151553,
        },
        {
          "c": "b",
          "lr": 0.340250645,
          "n": 1,
          "x": 0.494746008,
        },
      ]
    `);
  });

  it('draws candidates that `where` allows', async () => {
    // Only 2 % of the square is allowed.
    const space = where({ a: float(0, 1), b: float(0, 1) }, ({ a, b }) => Math.abs(a - b) < 0.01);
    const study = await studyOf(space, 3);
    await study.optimize(({ params }) => (params.a - 0.7) ** 2, { trials: 80 });
    const trials = await study.trials();
    for (const { params } of trials) expect(Math.abs(params.a - params.b)).toBeLessThan(0.01);
    expect(await study.bestValue()).toBeLessThan(1e-3);
  });

  it('also searches branches with worse values', async () => {
    const space = {
      model: oneOf({ good: { x: float(0, 1) }, late: { y: float(0, 1), z: float(0, 1) } }),
    };
    let hits = 0;
    for (let seed = 0; seed < 6; seed++) {
      const study = await studyOf(space, seed);
      const loss = ({
        model,
      }: {
        readonly model: { type: 'good'; x: number } | { type: 'late'; y: number; z: number };
      }) => (model.type === 'good' ? 0.2 + (model.x - 0.5) ** 2 : 3 * Math.hypot(model.y - 0.2, model.z - 0.9));
      await study.optimize(({ params }) => loss(params), { trials: 150 });
      if (((await study.bestValue()) ?? 1) < 0.2) hits++;
    }
    expect(hits).toBeGreaterThanOrEqual(5);
  });

  it('models parameters that only some trials have', async () => {
    const study = await createStudy({ seed: 5, sampler: new TpeSampler() });
    await study.optimize(
      (trial) => {
        const kind = trial.suggestCategorical('kind', ['one', 'two']);
        if (kind === 'one') return 1 + trial.suggestFloat('x', 0, 1);
        const [a, b] = [trial.suggestFloat('a', -5, 5), trial.suggestFloat('b', -5, 5)];
        return (a - 2) ** 2 + (b + 1) ** 2;
      },
      { trials: 150 },
    );
    expect(await study.bestValue()).toBeLessThan(0.1);
  });

  it('handles a range that changes between trials', async () => {
    const study = await createStudy({ seed: 6, sampler: new TpeSampler() });
    await study.optimize(
      (trial) =>
        (trial.suggestFloat('x', -1, trial.number % 2 === 0 ? 10 : 12) - 4) ** 2 + trial.suggestFloat('y', 0, 1),
      { trials: 120 },
    );
    const late = (await study.trials()).slice(-40);
    const near = late.filter(({ flatParams }) => Math.abs((flatParams['x'] as number) - 4) < 1.5).length;
    expect(near).toBeGreaterThan(20);
  });

  it('avoids pending points', async () => {
    const space = { x: float(0, 1), y: float(0, 1), z: float(0, 1), w: float(0, 1) };
    const middle = { x: 0.4, y: 0.6, z: 0.3, w: 0.7 };
    const names = Object.keys(middle) as (keyof typeof middle)[];
    /** Share of proposals by eight concurrent workers that nearly duplicate another pending proposal. */
    const crowded = async (pendingWeight: number) => {
      const gaps: number[] = [];
      for (let seed = 0; seed < 4; seed++) {
        const study = await studyOf(space, seed, { recipe: { pendingWeight } });
        for (let batch = 0; batch < 12; batch++) {
          const trials = await study.askBatch(8, { space });
          const points = trials.map(({ params }) => params);
          const distance = (p: typeof middle, q: typeof middle) => Math.hypot(...names.map((k) => p[k] - q[k]));
          if (batch >= 4)
            for (const p of points) gaps.push(Math.min(...points.filter((q) => q !== p).map((q) => distance(p, q))));
          for (const trial of trials) await study.tell(trial, distance(trial.params, middle) ** 2);
        }
      }
      return gaps.filter((gap) => gap < 0.04).length / gaps.length;
    };
    const [seen, unseen] = [await crowded(1), await crowded(0)];
    expect(unseen).toBeGreaterThan(0.2);
    expect(seen).toBeLessThan(unseen / 3);
  });

  it.each([
    ['joint density', true],
    ['one density per parameter', false],
  ])('avoids a failing region: %s', async (_, multivariate) => {
    let failed = 0;
    let late = 0;
    for (let seed = 0; seed < 6; seed++) {
      const study = await studyOf({ x: float(-1, 1), y: float(-1, 1), z: float(-1, 1) }, seed, { multivariate });
      await study.optimize(
        ({ params: { x, y, z } }) => {
          if (x > 0) throw new Error('out of memory');
          return (x + 0.1) ** 2 + (y - 0.5) ** 2 + z * z;
        },
        { trials: 150, catch: true },
      );
      const states = (await study.trials()).map(({ state }) => state).slice(50);
      late += states.length;
      failed += states.filter((state) => state === 'fail').length;
    }
    expect(failed / late).toBeLessThan(0.1);
  });

  it('learns which points fail on each path through the branches', async () => {
    let failed = 0;
    let late = 0;
    for (let seed = 0; seed < 6; seed++) {
      const model = oneOf({ plain: { width: float(0, 1) }, wide: { width: float(0, 1), x: float(0, 1) } });
      const study = await studyOf({ batch: float(0, 1), model }, seed);
      await study.optimize(
        ({ params: { batch, model: m } }) => {
          if (batch + m.width * (m.type === 'wide' ? 2 : 1) > 1) throw new Error('out of memory');
          return (batch - 0.7) ** 2 + (m.width - 0.4) ** 2 + (m.type === 'wide' ? 0.1 * m.x : 0.2);
        },
        { trials: 150, catch: true },
      );
      const states = (await study.trials()).map(({ state }) => state).slice(50);
      late += states.length;
      failed += states.filter((state) => state === 'fail').length;
    }
    expect(failed / late).toBeLessThan(0.1);
  });

  it('explores if every trial fails', async () => {
    const study = await studyOf({ x: float(0, 1) }, 4);
    await study.optimize(() => Promise.reject(new Error('always')), { trials: 40, catch: true });
    const xs = (await study.trials()).slice(10).map(({ params }) => params.x);
    const thirds = [0, 1, 2].map((k) => xs.filter((x) => Math.min(Math.floor(x * 3), 2) === k).length);
    for (const count of thirds) expect(count).toBeGreaterThanOrEqual(4);
  });

  it('handles outcome constraints', async () => {
    const study = await studyOf({ x: float(-5, 5), y: float(-5, 5) }, 2);
    await study.optimize(
      async (trial) => {
        const { x, y } = trial.params;
        await trial.setConstraint('sum', 2 - x - y); // x + y >= 2
        return x * x + y * y; // best: 2 at (1, 1)
      },
      { trials: 120 },
    );
    expect(await study.bestValue()).toBeLessThan(2.4);
  });

  it('proposes new points of a finite space until none are left', async () => {
    const study = await studyOf({ a: int(0, 9), b: categorical(['x', 'y', 'z']) }, 3);
    await study.optimize(({ params: { a, b } }) => (a - 7) ** 2 + (b === 'y' ? 0 : 1), { trials: 25 });
    const points = new Set((await study.trials()).map(({ params }) => JSON.stringify(params)));
    expect(points.size).toBeGreaterThanOrEqual(22); // startup draws may repeat
    expect(await study.bestValue()).toBe(0);
  });

  it('searches for a Pareto front with several objectives', async () => {
    for (const multivariate of [undefined, true]) {
      const sampler = new TpeSampler(multivariate === undefined ? {} : { multivariate });
      const study = await createStudy({
        space: { x: float(0, 1), y: float(0, 1) },
        directions: ['minimize', 'maximize'],
        seed: 9,
        sampler,
      });
      for (let i = 0; i < 120; i++) {
        const trial = await study.ask();
        const { x, y } = trial.params;
        await study.tell(trial, [x + y, -(1 - Math.sqrt(x)) - y]);
      }
      const front = await study.bestTrials();
      expect(front.length).toBeGreaterThan(15);
      expect(front.filter(({ params }) => (params as { y: number }).y < 0.05).length / front.length).toBeGreaterThan(
        0.8,
      );
    }
  });
});

describe('TpeSampler with extreme inputs', () => {
  const loss = (params: object): number => squares(params);

  async function run(space: Space, value: (params: object) => number, trials = 40, options: TpeOptions = {}) {
    const study = (await createStudy({
      space,
      seed: 7,
      sampler: new TpeSampler({ startupTrials: 5, ...options }),
    })) as Study;
    await study.optimize(({ params }) => value(params), { trials });
    return study.trials();
  }

  const dists: readonly (readonly [string, Distribution])[] = [
    ['one value', float(2, 2)],
    ['one choice', categorical(['only'])],
    ['a thousand choices', categorical(Array.from({ length: 1000 }, (_, i) => `c${i}`))],
    ['600 decades', float(1e-300, 1e300, { log: true })],
    ['a tiny range', float(1e-300, 2e-300)],
    ['a huge range', float(-1e300, 1e300)],
    ['the largest ints', int(2 ** 53 - 11, 2 ** 53 - 1)],
    ['the smallest ints', int(-(2 ** 53) + 1, -(2 ** 53) + 12)],
    ['an int range of 2^52', int(-(2 ** 51), 2 ** 51)],
    ['a long log int', int(1, 2 ** 53 - 2, { log: true })],
    ['a fine step', float(0, 1, { step: 1e-7 })],
  ];

  it.each(dists)('%s', async (_, dist) => {
    for (const options of [{}, { recipe: 'optuna' as const }, { multivariate: false }]) {
      const trials = await run({ p: dist, q: float(0, 1) }, (params) => Math.atan(loss(params)), 40, options);
      for (const { flatParams } of trials) expect(contains(dist, flatParams['p'])).toBe(true);
    }
  });

  it.each([
    ['equal values', () => 1],
    ['some infinite values', (params: object) => ((params as { x: number }).x > 0.5 ? Number.POSITIVE_INFINITY : 1)],
    [
      'some negative infinite values',
      (params: object) => ((params as { x: number }).x > 0.5 ? Number.NEGATIVE_INFINITY : 1),
    ],
    ['only infinite values', () => Number.POSITIVE_INFINITY],
    ['some NaN values', (params: object) => ((params as { x: number }).x > 0.5 ? Number.NaN : 1)],
  ])('%s', async (_, value) => {
    const trials = await run({ x: float(0, 1), n: int(0, 3) }, value);
    expect(trials.length).toBe(40);
    for (const { flatParams } of trials) expect(contains(float(0, 1), flatParams['x'])).toBe(true);
  });

  it('200 parameters', async () => {
    const space = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, float(-1, 1)]));
    const trials = await run(space, loss, 60);
    const values = trials.map(({ value }) => value as number);
    const [early, late] = [Math.min(...values.slice(0, 20)), Math.min(...values.slice(20))];
    expect(late).toBeLessThan(early);
  });
});

describe('Options of TpeSampler', () => {
  it.each([
    [{ startupTrials: 0 }],
    [{ candidates: 1.5 }],
    [{ candidates: 1e15 }],
    [{ multivariate: 'yes' }],
    [{ seed: -1 }],
    [{ gamma: 0.1 }],
    [{ recipe: 'hyperopt' }],
    [{ recipe: { floorWide: 0 } }],
    [{ recipe: { goodShare: 1 } }],
    [{ recipe: { badKernels: 'wide' } }],
    [{ recipe: { badLimit: 0.5 } }],
    [{ recipe: { floor: 1 } }],
    [null],
  ])('reject %j', (options) => {
    try {
      new TpeSampler(options as TpeOptions);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    }
  });

  it('recreate the sampler', () => {
    const options = { candidates: 64, recipe: { floorWide: 0.05 }, seed: 4 } as const;
    const again = TpeSampler.fromConfig(new TpeSampler(options).config.options);
    expect(again.config).toEqual({ version: 1, options });
    expect(again.seed).toBe(4);
  });

  it('are saved with the study', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 's', storage, sampler: new TpeSampler({ candidates: 32 }) });
    const [record] = await storage.listStudies();
    expect(JSON.stringify([...(record?.systemAttrs ?? [])])).toContain('candidates');
  });

  it('treat undefined as absent', () => {
    const sampler = new TpeSampler({
      candidates: undefined,
      recipe: { goodLimit: undefined, floorWide: 0.1 },
    } as object);
    expect(sampler.config.options).toEqual({ recipe: { floorWide: 0.1 } });
    expect(recipeOf(sampler.config.options as object, 1)).toEqual({ ...ownRecipe(1), floorWide: 0.1 });
  });

  it('are copied by the constructor', async () => {
    const options = { startupTrials: 5, candidates: 24, recipe: { goodShare: 0.2 } };
    const propose = async (sampler: TpeSampler) => {
      const study = await createStudy({ space: { x: float(0, 1) }, sampler, seed: 2 });
      await study.optimize(({ params }) => params.x, { trials: 20 });
      return (await study.trials()).map(({ params }) => params);
    };
    const sampler = new TpeSampler(options);
    const before = structuredClone(sampler.config.options);
    const expected = await propose(new TpeSampler(before as object));
    options.candidates = 1;
    options.recipe.goodShare = 0.9;
    expect(sampler.config.options).toEqual(before);
    expect(await propose(sampler)).toEqual(expected);
  });
});
