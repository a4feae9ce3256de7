import {
  categorical,
  createStudy,
  float,
  int,
  isAsktellError,
  oneOf,
  type Space,
  type Study,
  where,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { GpOptions } from './options.ts';
import { GpSampler } from './sampler.ts';

async function studyOf<const S extends Space>(space: S, seed = 1, options: GpOptions = {}) {
  return createStudy({ space, seed, sampler: new GpSampler(options) });
}

const square = { x: float(-2, 2), y: float(-2, 2) };
/** The minimum is 0 at (1, 1). */
const rosenbrock = ({ x, y }: { readonly x: number; readonly y: number }): number =>
  100 * (y - x * x) ** 2 + (1 - x) ** 2;

describe('GpSampler', () => {
  it('solves a curved valley in 60 trials with every seed', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const study = await studyOf(square, seed);
      await study.optimize(({ params }) => rosenbrock(params), { trials: 60 });
      expect(await study.bestValue()).toBeLessThan(0.1);
    }
  });

  it('finds the best point of a mixed space', async () => {
    const space = {
      x: float(-5, 8),
      y: float(1e-4, 10, { log: true }),
      n: int(-20, 9),
      c: categorical(['a', 'b', 'c']),
    };
    for (let seed = 0; seed < 3; seed++) {
      const study = await studyOf(space, seed);
      await study.optimize(
        ({ params: { x, y, n, c } }) =>
          (x - 3) ** 2 + Math.log10(y * 50) ** 2 + ((n - 4) / 5) ** 2 + (c === 'b' ? 0 : 1),
        { trials: 60 },
      );
      expect(await study.bestValue()).toBeLessThan(1e-4);
    }
  });

  it('finds an optimum on the borders of two constraints to many digits', async () => {
    const space = { x: float(-5, 5), y: float(-5, 5), z: float(-5, 5) };
    for (let seed = 0; seed < 3; seed++) {
      const study = await studyOf(space, seed);
      for (let i = 0; i < 50; i++) {
        const trial = await study.ask();
        const { x, y, z } = trial.params;
        await trial.setConstraint('sum', x + y - 1);
        await trial.setConstraint('difference', y - x - 1);
        await study.tell(trial, (x - 1) ** 2 + (y - 3) ** 2 + (z - 2) ** 2);
      }
      // At (0, 1, 2) both constraints are 0.
      expect(await study.bestValue()).toBeLessThan(5 + 1e-5);
    }
  });

  it('finds a minimum to many digits where a constraint is 0 all around it', async () => {
    const space = { x: float(-5, 5), y: float(-5, 5), z: float(-5, 5) };
    for (let seed = 0; seed < 3; seed++) {
      const study = await studyOf(space, seed);
      for (let i = 0; i < 40; i++) {
        const trial = await study.ask();
        const { x, y, z } = trial.params;
        await trial.setConstraint('memory', x > 4 ? 1 : 0);
        await study.tell(trial, (x - 1) ** 2 + (y + 2) ** 2 + x * y + 2 * (z - 2) ** 2);
      }
      expect(await study.bestValue()).toBeLessThan(-13 / 3 + 1e-6);
    }
  });

  it('reproduces a golden sequence', async () => {
    const space = { x: float(0, 1), n: int(1, 64, { log: true }), c: categorical(['a', 'b', null]) };
    const study = await studyOf(space, 42);
    await study.optimize(({ params }) => (params.x - 0.3) ** 2 + params.n / 64, { trials: 8 });
    const rows = (await study.trials()).map(({ params }) => [Number(params.x.toPrecision(6)), params.n, params.c]);
    expect(rows).toMatchInlineSnapshot(`
      [
        [
          0.5,
          6,
          "a",
        ],
        [
          0.285877,
          17,
          "b",
        ],
        [
          0.0560551,
          49,
          "a",
        ],
        [
          0.744992,
          2,
          "b",
        ],
        [
          0.477147,
          2,
          null,
        ],
        [
          0.601302,
          22,
          null,
        ],
        [
          0,
          3,
          null,
        ],
        [
          0.22771,
          1,
          "a",
        ],
      ]
    `);
  });

  it('maximizes', async () => {
    const study = await createStudy({ space: square, seed: 2, direction: 'maximize', sampler: new GpSampler() });
    await study.optimize(({ params }) => -rosenbrock(params), { trials: 50 });
    expect(await study.bestValue()).toBeGreaterThan(-0.2);
  });

  it('treats choices that are numbers as ordered', async () => {
    const batch = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
    let hits = 0;
    for (let seed = 0; seed < 5; seed++) {
      const study = await studyOf({ batch: categorical(batch), width: categorical(batch) }, seed);
      const loss = ({ batch, width }: { batch: number; width: number }): number =>
        Math.log2(batch / 256) ** 2 + Math.log2(width / 64) ** 2;
      await study.optimize(({ params }) => loss(params), { trials: 15 });
      if ((await study.bestValue()) === 0) hits++;
    }
    // 15 of 81 points: chance would find it in one of five studies.
    expect(hits).toBe(5);
  });

  it('searches all branches of a conditional space', async () => {
    const space = {
      model: oneOf({ good: { x: float(0, 1) }, late: { y: float(0, 1), z: float(0, 1) } }),
    };
    for (let seed = 0; seed < 3; seed++) {
      const study = await studyOf(space, seed);
      await study.optimize(
        ({ params: { model } }) =>
          model.type === 'good' ? 0.1 + (model.x - 0.3) ** 2 : 4 * (model.y - 0.8) ** 2 + 4 * (model.z - 0.2) ** 2,
        { trials: 60 },
      );
      expect(await study.bestValue()).toBeLessThan(1e-3);
    }
  });

  it('proposes only points that `where` allows, and finds an optimum on their border', async () => {
    const space = where({ a: float(0, 1), b: float(0, 1) }, ({ a, b }) => a + b <= 1);
    const study = await studyOf(space, 3);
    await study.optimize(({ params: { a, b } }) => (a - 0.8) ** 2 + (b - 0.8) ** 2, { trials: 40 });
    for (const { params } of await study.trials()) expect(params.a + params.b).toBeLessThanOrEqual(1);
    // The optimum is 0.18 at (0.5, 0.5).
    expect(await study.bestValue()).toBeLessThan(0.185);
  });

  it('finds the best feasible point of a constrained objective', async () => {
    const study = await studyOf(square, 5);
    for (let i = 0; i < 40; i++) {
      const trial = await study.ask();
      const { x, y } = trial.params;
      await trial.setConstraint('outside the disc', x * x + y * y - 2);
      await study.tell(trial, x + y);
    }
    // The optimum is -2 at (-1, -1).
    expect(await study.bestValue()).toBeLessThan(-1.99);
  });

  it('learns where trials fail, and finds an optimum on the border', async () => {
    const inside = await studyOf(square, 6);
    let failures = 0;
    for (let i = 0; i < 50; i++) {
      const trial = await inside.ask();
      if (trial.params.x > 0.5) {
        if (i >= 20) failures++;
        await inside.tell(trial, undefined, { state: 'fail' });
      } else await inside.tell(trial, (trial.params.x + 1) ** 2 + trial.params.y ** 2);
    }
    expect(failures).toBeLessThan(5);
    expect(await inside.bestValue()).toBeLessThan(1e-4);
    const border = await studyOf(square, 6);
    for (let i = 0; i < 50; i++) {
      const trial = await border.ask();
      if (trial.params.x > 1) await border.tell(trial, undefined, { state: 'fail' });
      else await border.tell(trial, (trial.params.x - 2) ** 2 + trial.params.y ** 2);
    }
    // The optimum is 1 at (1, 0).
    expect(await border.bestValue()).toBeLessThan(1.05);
  });

  it('finds the front of two objectives', async () => {
    const study = await createStudy({
      space: square,
      seed: 1,
      directions: ['minimize', 'maximize'],
      sampler: new GpSampler(),
    });
    await study.optimize(({ params: { x, y } }) => [x * x + y * y, -((x - 1) ** 2) - y * y], { trials: 30 });
    // The front is the line from (0, 0) to (1, 0).
    const front = await study.bestTrials();
    expect(front.length).toBeGreaterThan(12);
    const xs = front.map(({ params }) => params.x).sort((a, b) => a - b);
    expect(xs[0]).toBeLessThan(0.1);
    expect(xs.at(-1)).toBeGreaterThan(0.9);
    const ys = front.map(({ params }) => Math.abs(params.y)).sort((a, b) => a - b);
    expect(ys[front.length >> 1]).toBeLessThan(0.05);
  });

  it.each([2, 3])('fills the space with the first designs of %i objectives', async (objectives) => {
    const pointsOf = async (sign: number): Promise<readonly object[]> => {
      const study = await createStudy({
        space: square,
        seed: 1,
        directions: Array.from({ length: objectives }, () => 'minimize' as const),
        sampler: new GpSampler(),
      });
      await study.optimize(({ params: { x, y } }) => Array.from({ length: objectives }, (_, k) => sign * x + k * y), {
        trials: 7,
      });
      return (await study.trials()).map(({ params }) => params);
    };
    const [first, second] = [await pointsOf(1), await pointsOf(-1)];
    // One and a half times the two parameters, and two more.
    expect(first.slice(0, 5)).toEqual(second.slice(0, 5));
    expect(first[0]).toEqual({ x: 0, y: 0 });
    expect(first.slice(5)).not.toEqual(second.slice(5));
  });

  it('improves three objectives', async () => {
    const study = await createStudy({
      space: square,
      seed: 1,
      directions: ['minimize', 'minimize', 'minimize'],
      sampler: new GpSampler(),
    });
    const centres = [
      [0, 0],
      [1, 0],
      [0, 1],
    ] as const;
    const distance = ([a, b]: readonly [number, number], { x, y }: { readonly x: number; readonly y: number }) =>
      (x - a) ** 2 + (y - b) ** 2;
    await study.optimize(
      ({ params }) => [distance(centres[0], params), distance(centres[1], params), distance(centres[2], params)],
      { trials: 40 },
    );
    // The front is the triangle of the centres, a thirtieth of the space.
    const inside = (await study.trials()).filter(({ params: { x, y } }) => x > -0.05 && y > -0.05 && x + y < 1.05);
    expect(inside.length).toBeGreaterThan(15);
  });

  it('proposes distinct points for eight workers', async () => {
    const study = await studyOf(square, 7);
    for (let round = 0; round < 6; round++) {
      const trials: Awaited<ReturnType<typeof study.ask>>[] = [];
      for (let k = 0; k < 8; k++) trials.push(await study.ask());
      trials.forEach((a, i) => {
        for (const b of trials.slice(0, i)) {
          const away = Math.max(Math.abs(a.params.x - b.params.x), Math.abs(a.params.y - b.params.y)) / 4;
          expect(away).toBeGreaterThan(1e-3);
        }
      });
      for (const trial of trials) await study.tell(trial, rosenbrock(trial.params));
    }
    expect(await study.bestValue()).toBeLessThan(0.5);
  });

  it('gives parallel workers other first points with another seed', async () => {
    const first = async (seed: number) => {
      const study = await studyOf(square, seed);
      const points: (typeof trial.params)[] = [];
      let trial = await study.ask();
      for (let i = 0; i < 8; i++) {
        points.push(trial.params);
        trial = await study.ask();
      }
      return points;
    };
    const [points, again, others] = [await first(1), await first(1), await first(2)];
    expect(again).toEqual(points);
    expect(others[0]).toEqual(points[0]); // the centre
    for (const other of others.slice(1)) expect(points).not.toContainEqual(other);
  });

  it('uses few trials of a noisy objective for noise', async () => {
    const noise = (i: number): number => Math.sin(1000 * i) * 0.3;
    const study = await studyOf(square, 8);
    let i = 0;
    await study.optimize(({ params: { x, y } }) => (x - 1) ** 2 + (y + 1) ** 2 + noise(i++), { trials: 50 });
    const late = (await study.trials()).slice(-15).map(({ params: { x, y } }) => (x - 1) ** 2 + (y + 1) ** 2);
    expect(late.sort((a, b) => a - b)[7]).toBeLessThan(0.2);
  });

  it('is not misled by values that were told with large standard errors', async () => {
    const loss = ({ x, y }: { readonly x: number; readonly y: number }): number => (x - 1) ** 2 + (y + 1) ** 2;
    const lateLoss = async (isTold: boolean): Promise<number> => {
      const study = await studyOf(square, 8);
      for (let i = 0; i < 50; i++) {
        const trial = await study.ask();
        const isRough = i % 2 === 1;
        const value = loss(trial.params) + (isRough ? 4 * Math.sin(1000 * i) : 0);
        await study.tell(trial, value, isTold ? { sem: isRough ? 3 : 0.01 } : {});
      }
      const late = (await study.trials()).slice(-15).map(({ params }) => loss(params));
      return late.sort((a, b) => a - b)[7] as number;
    };
    const told = await lateLoss(true);
    expect(told).toBeLessThan(0.05);
    expect(told).toBeLessThan(0.2 * (await lateLoss(false)));
  });

  it('proposes parameters of define-by-run trials, also those that few trials have', async () => {
    const study = (await createStudy({ seed: 4, sampler: new GpSampler() })) as Study;
    await study.optimize(
      (trial) => {
        const x = trial.suggestFloat('x', -5, 5);
        const kind = trial.suggestCategorical('kind', ['a', 'b']);
        const z = kind === 'a' ? trial.suggestFloat('z', 0, 1) : 1;
        return (x - 1) ** 2 + (z - 0.3) ** 2;
      },
      { trials: 60 },
    );
    expect(await study.bestValue()).toBeLessThan(0.01);
  });

  it('stores what the models predicted', async () => {
    const study = await studyOf(square, 1);
    await study.optimize(({ params }) => rosenbrock(params), { trials: 20 });
    const notes = (await study.trials()).map(
      ({ number }) => study.history.note(number) as Record<string, unknown> | undefined,
    );
    expect(notes[0]).toBeUndefined();
    expect(new Set(notes.slice(1).map((note) => note?.['arm']))).toEqual(
      new Set(['global', 'local', 'trust', 'quadratic']),
    );
    for (const note of notes.slice(1)) {
      if (note?.['arm'] === 'quadratic') continue;
      expect(note?.['deviation']).toBeGreaterThan(0);
      expect(note?.['mean']).toEqual(expect.any(Number));
      expect(note?.['acquisition']).toEqual(expect.any(Number));
    }
  });

  it('is recreated from its config', () => {
    const sampler = new GpSampler({ deterministic: true, seed: 3, recipe: { meanVariance: 1 } });
    const again = GpSampler.fromConfig(JSON.parse(JSON.stringify(sampler.config.options)));
    expect(again.config).toEqual(sampler.config);
    expect(again.seed).toBe(3);
    expect(new GpSampler().config).toEqual({ version: 1, options: {} });
  });

  it('rejects invalid options', () => {
    const message = (options: unknown): string => {
      try {
        new GpSampler(options as GpOptions);
      } catch (error) {
        if (isAsktellError(error, 'invalid-argument')) return (error as Error).message;
        throw error;
      }
      return '';
    };
    expect(message({ noise: 1 })).toMatch(/no option "?noise/);
    expect(message({ deterministic: 1 })).toMatch(/deterministic must be true or false, not 1/);
    expect(message({ seed: -1 })).toMatch(/seed must be a whole number .* not -1/);
    expect(message({ recipe: { arm: [] } })).toMatch(/no option "?arm/);
    expect(message({ recipe: { arms: [] } })).toMatch(/arms must be a list of 'global'/);
    expect(message({ recipe: { meanVariance: -1 } })).toMatch(/meanVariance must be a number of at least 0, not -1/);
    expect(message({ recipe: { effort: { spread: 1 } } })).toMatch(/effort must be \{ spread, near, climbs \}/);
    expect(message({ from: [1] })).toMatch(/from must be a list of studies or of lists of trials/);
    expect(message({ from: [[1]] })).toMatch(/from must contain trials, not 1/);
    expect(message(3)).toMatch(/options must be an object, not 3/);
  });
});

describe('trials of earlier studies', () => {
  it('help from the first trial on, and are saved with the study', async () => {
    const earlier = await studyOf(square, 1);
    await earlier.optimize(({ params }) => rosenbrock(params), { trials: 50 });
    const from = [await earlier.trials()];
    const similar = ({ x, y }: { readonly x: number; readonly y: number }): number =>
      1 + rosenbrock({ x, y }) + 0.1 * x;
    const best = async (options: GpOptions, seed: number): Promise<number> => {
      const study = await studyOf(square, seed, options);
      await study.optimize(({ params }) => similar(params), { trials: 8 });
      return (await study.bestValue()) as number;
    };
    for (let seed = 0; seed < 5; seed++) {
      const [taught, untaught] = [await best({ from }, seed), await best({}, seed)];
      // The minimum is about 1.1.
      expect(taught).toBeLessThan(1.15);
      expect(untaught).toBeGreaterThan(1.15);
    }
    const sampler = new GpSampler({ from });
    const study = await createStudy({ space: square, seed: 3, sampler: GpSampler.fromConfig(sampler.config.options) });
    expect((await study.ask()).params).toEqual((await (await studyOf(square, 3, { from })).ask()).params);
  });

  it('can be given as a study', async () => {
    const earlier = await studyOf(square, 1);
    await earlier.optimize(({ params, number }) => (number === 3 ? Number.NaN : rosenbrock(params)), { trials: 12 });
    const config = (from: GpOptions['from'] & {}): unknown => new GpSampler({ from }).config;
    const trials = await earlier.trials();
    expect(trials).toHaveLength(12);
    expect(config([earlier])).toEqual(config([trials]));
    const empty = await studyOf(square, 2);
    expect(() => new GpSampler({ from: [empty] })).toThrow('await study.trials() first');
    expect(() => new GpSampler({ from: [earlier, 5 as never] })).toThrow('a list of studies or of lists of trials');
  });

  it.each([
    ['no trial is a point of the space', { z: float(0, 1) }, ['minimize'], 'no trial of from is a point of this space'],
    ['the study has several objectives', square, ['minimize', 'minimize'], 'from is ignored in a study with several'],
    ['some trials are points of the space', square, ['minimize'], null],
  ] as const)('give a notice if they do not count: %s', async (_, space, directions, expected) => {
    const lines: string[] = [];
    const add = (line: string): number => lines.push(line);
    const output = { interactive: false, columns: 80, status: () => {}, info: add, warn: add };
    const from = [[{ flatParams: { x: 0.5, y: 0.5 }, value: 1 }]];
    const study = await createStudy(
      { space: space as typeof square, directions: directions as never, sampler: new GpSampler({ from }), seed: 1 },
      { environment: { process: null, compileExpression: null, output } },
    );
    for (let i = 0; i < 3; i++) await study.ask();
    expect(lines).toEqual(expected === null ? [] : [expect.stringContaining(expected)]);
  });

  it('do no lasting harm if they come from another objective', async () => {
    const other = await studyOf(square, 1);
    await other.optimize(({ params: { x, y } }) => (x + 1) ** 2 + (y + 1) ** 2 - 50, { trials: 40 });
    const study = await studyOf(square, 2, { from: [await other.trials()] });
    await study.optimize(({ params }) => rosenbrock(params), { trials: 60 });
    expect(await study.bestValue()).toBeLessThan(0.1);
  });

  it('are limited to 200, the best and the worst among them', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => ({ flatParams: { x: i / 1_000 }, value: (i * 7) % 1_000 }));
    const saved = (lists: readonly (typeof list)[]): readonly { value: number }[][] =>
      (new GpSampler({ from: lists }).config.options as unknown as { from: { value: number }[][] }).from;
    const [only] = saved([list]) as [{ value: number }[]];
    expect(only).toHaveLength(200);
    const values = only.map(({ value }) => value);
    for (let v = 0; v < 66; v++) expect(values).toContain(v);
    for (let v = 934; v < 1_000; v++) expect(values).toContain(v);
    expect(saved([list, list, list, list]).map((part) => part.length)).toEqual([50, 50, 50, 50]);
  });

  it('are ignored if they are not complete, not feasible, without a finite value or not points of the space', async () => {
    const flatParams = { x: 1, y: 1 };
    const from = [
      [
        { flatParams, value: -1e9, state: 'fail' as const },
        { flatParams, value: -1e9, isFeasible: false },
        { flatParams, value: Number.NEGATIVE_INFINITY },
        { flatParams },
        { flatParams: { x: 1 }, value: -1e9 },
        { flatParams: { x: 99, y: 1 }, value: -1e9 },
      ],
    ];
    const study = await studyOf(square, 1, { from });
    expect((await study.ask()).params).toEqual((await (await studyOf(square, 1)).ask()).params);
  });
});
