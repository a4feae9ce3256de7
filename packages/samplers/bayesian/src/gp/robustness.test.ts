import { categorical, createStudy, float, int, type Space, type Study } from '@asktell/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GpSampler } from './sampler.ts';

const notices = vi.spyOn(console, 'warn');

beforeEach(() => {
  notices.mockReset();
  notices.mockReturnValue();
});

afterEach(() => {
  // Notices of failed trials are those of the study. The sampler adds none.
  expect(notices.mock.calls.filter(([line]) => !/failed|fails/i.test(String(line)))).toEqual([]);
});

/** Tells trial n what `outcome` returns; `undefined` fails it. Returns the parameters of all trials. */
async function run<const S extends Space>(
  space: S,
  trials: number,
  outcome: (params: Record<string, unknown>, n: number) => number | readonly number[] | undefined,
  options: { readonly directions?: readonly ('minimize' | 'maximize')[]; readonly violation?: number } = {},
): Promise<readonly Record<string, unknown>[]> {
  const { directions = ['minimize'], violation } = options;
  const study = (await createStudy({
    space,
    seed: 1,
    directions,
    sampler: new GpSampler(),
  })) as Study;
  const all: Record<string, unknown>[] = [];
  for (let n = 0; n < trials; n++) {
    const trial = await study.ask();
    // `ask` checks that a proposal is a point of the space.
    const params = trial.params as Record<string, unknown>;
    all.push(params);
    if (violation !== undefined) await trial.setConstraint('c', violation);
    const value = outcome(params, n);
    if (value === undefined) await study.tell(trial, undefined, { state: 'fail' });
    else await study.tell(trial, value);
  }
  return all;
}

const plain = { x: float(-1, 2), y: float(1e-4, 1, { log: true }), n: int(0, 20), c: categorical(['a', 'b', 'c']) };
const distinct = (all: readonly object[]): number => new Set(all.map((params) => JSON.stringify(params))).size;

it('proposes after one observation', async () => {
  expect(distinct(await run(plain, 2, () => 1))).toBe(2);
});

it('tries different points of a constant objective', async () => {
  expect(distinct(await run(plain, 40, () => 3))).toBe(40);
});

it('accepts many observations of one point', async () => {
  const space = { x: float(0, 1), y: float(0, 1) };
  for (const deterministic of [false, true]) {
    const study = await createStudy({ space, seed: 1, sampler: new GpSampler({ deterministic }) });
    for (let i = 0; i < 30; i++) {
      await study.enqueue({ x: 0.25, y: 0.75 });
      await study.tell(await study.ask(), i);
    }
    const points = new Set<string>();
    for (let i = 0; i < 10; i++) {
      const trial = await study.ask();
      points.add(JSON.stringify(trial.params));
      await study.tell(trial, trial.params.x);
    }
    expect(points.size).toBe(10);
  }
});

it('accepts values at the limits of numbers', async () => {
  for (const scale of [1e300, 1e-300, 5e-324, 1.7e308]) {
    const all = await run(plain, 30, ({ x }) => (x as number) * scale);
    expect(distinct(all)).toBe(30);
  }
  // The cliff is as steep as a double can be.
  const cliff = await run({ x: float(0, 1) }, 40, ({ x }) =>
    (x as number) > 0.4 ? 1e300 : ((x as number) - 0.3) ** 2,
  );
  expect(Math.min(...cliff.map(({ x }) => Math.abs((x as number) - 0.3)))).toBeLessThan(0.01);
});

it('accepts infinite values', async () => {
  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(distinct(await run(plain, 25, () => value))).toBe(25);
  const mixed = await run({ x: float(0, 1) }, 40, ({ x }) =>
    (x as number) > 0.5 ? Number.POSITIVE_INFINITY : ((x as number) - 0.3) ** 2,
  );
  expect(Math.min(...mixed.map(({ x }) => Math.abs((x as number) - 0.3)))).toBeLessThan(0.01);
});

it('accepts two objectives of which one is constant or infinite', async () => {
  const directions = ['minimize', 'maximize'] as const;
  await run(plain, 25, ({ x }) => [x as number, 7], { directions });
  await run(plain, 25, ({ x }, n) => [n % 2 === 0 ? Number.POSITIVE_INFINITY : (x as number), 1e300], { directions });
});

it('repeats a point only if no other one is left', async () => {
  const space = { n: int(0, 4), c: categorical([true, false]) };
  const all = await run(space, 14, ({ n }) => n as number);
  expect(distinct(all.slice(0, 10))).toBe(10);
});

it('proposes the only point of a space', async () => {
  const space = { x: float(2, 2), c: categorical(['only']) };
  expect(distinct(await run(space, 5, () => 1))).toBe(1);
  expect(distinct(await run(space, 6, (_, n) => (n % 2 === 0 ? 1 : undefined)))).toBe(1);
});

it('handles a free parameter beside one with a single value', async () => {
  const all = await run({ x: float(2, 2), y: float(0, 1) }, 20, ({ y }) => ((y as number) - 0.3) ** 2);
  expect(Math.min(...all.map(({ y }) => Math.abs((y as number) - 0.3)))).toBeLessThan(0.01);
});

it('handles 50 parameters', async () => {
  const space = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${i}`, float(-1, 2)]));
  const sphere = (params: object): number => Object.values(params).reduce((sum: number, x: number) => sum + x * x, 0);
  const values = (await run(space, 60, sphere)).map(sphere);
  expect(Math.min(...values)).toBeLessThan(0.5 * (values[0] as number));
});

it('handles a choice of 100 categories', async () => {
  const space = { c: categorical(Array.from({ length: 100 }, (_, i) => `c${i}`)), x: float(0, 1) };
  const all = await run(space, 60, ({ c, x }) => (c === 'c42' ? 0 : 1) + ((x as number) - 0.3) ** 2);
  expect(Math.min(...all.map(({ x }) => Math.abs((x as number) - 0.3)))).toBeLessThan(0.01);
});

it('handles covariance matrices that are nearly singular', async () => {
  // All points are within 1e-9 of the range, so that rows of the matrix are nearly equal.
  const study = await createStudy({
    space: { x: float(0, 1) },
    seed: 1,
    sampler: new GpSampler({ deterministic: true }),
  });
  for (let i = 0; i < 60; i++) {
    await study.enqueue({ x: 0.5 + i * 1e-11 });
    const trial = await study.ask();
    await study.tell(trial, i % 2);
  }
  for (let i = 0; i < 10; i++) {
    const trial = await study.ask();
    await study.tell(trial, trial.params.x);
  }
  expect(await study.bestValue()).toBeLessThan(0.1);
});

it('proposes different points if all trials fail', async () => {
  expect(distinct(await run(plain, 25, () => undefined))).toBe(25);
});

it('reduces the violation if all trials are infeasible', async () => {
  expect(distinct(await run(plain, 25, ({ x }) => x as number, { violation: 1 }))).toBe(25);
  expect(distinct(await run(plain, 25, ({ x }) => x as number, { violation: Number.POSITIVE_INFINITY }))).toBe(25);
});

it('handles 2,000 trials', async () => {
  const space = { x: float(-1, 2), y: float(-1, 2), c: categorical(['a', 'b']) };
  const study = await createStudy({ space, seed: 1, sampler: new GpSampler() });
  const loss = ({ x, y, c }: { x: number; y: number; c: string }): number => x * x + y * y + (c === 'a' ? 0 : 1);
  for (let i = 0; i < 2_000; i++) {
    const params = {
      x: -1 + (3 * ((i * 37) % 101)) / 100,
      y: -1 + (3 * ((i * 53) % 103)) / 102,
      c: i % 2 === 0 ? 'a' : 'b',
    } as const;
    const distributions = { x: space.x, y: space.y, c: space.c };
    await study.addTrial({ params, distributions, value: loss(params) });
  }
  for (let i = 0; i < 10; i++) {
    const trial = await study.ask();
    await study.tell(trial, loss(trial.params));
  }
  expect(await study.bestValue()).toBeLessThan(1e-6);
});
