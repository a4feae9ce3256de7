import { type Problem, problems } from '@asktell/testing/problems';
import { expect, test } from 'vitest';
import { runOurs } from './ours.ts';
import type { RunTask } from './run.ts';

const named = (name: string): Problem => problems.find((problem) => problem.name === name) as Problem;

const task = (problem: string, rest: Partial<RunTask> = {}): RunTask => ({
  sampler: { label: 'random', name: 'random', options: {} },
  problem,
  seed: 1,
  trials: 80,
  concurrency: 1,
  ...rest,
});

test.each([
  'sphere-3d-shifted',
  'conditional-search',
  'noisy-levy-5d',
  'failing-half-ellipsoid-5d',
  'constrained-gramacy',
  'zdt2-10d-shifted',
])('%s: equal seeds give equal results, regrets fall', async (name) => {
  const problem = named(name);
  const { seconds, ...first } = await runOurs(problem, task(name));
  expect(await runOurs(problem, task(name))).toMatchObject(first);
  expect((await runOurs(problem, task(name, { seed: 2 }))).regrets).not.toEqual(first.regrets);
  for (const regrets of first.regrets) {
    expect(regrets).toHaveLength(3);
    if (problem.noise === 0) expect([...regrets].sort((a, b) => b - a)).toEqual(regrets);
  }
  expect(first.failed > 0).toBe(problem.family === 'failing');
});

test('trials that are out at the same time are measured against each other', async () => {
  const { distances } = await runOurs(named('sphere-3d-shifted'), task('sphere-3d-shifted', { concurrency: 8 }));
  expect(distances).toHaveLength(79);
  expect(Math.min(...distances)).toBeGreaterThan(0);
  expect(Math.max(...distances)).toBeLessThan(1);
});

test('samplers are told the budget', async () => {
  const run = async (options: object): Promise<unknown> => {
    const sampler = { label: 'de', name: 'differential-evolution', options: { ...options } };
    const { seconds, ...result } = await runOurs(named('sphere-3d-shifted'), task('sphere-3d-shifted', { sampler }));
    return result;
  };
  expect(await run({})).toEqual(await run({ budget: 80 }));
  expect(await run({})).not.toEqual(await run({ budget: 1e9 }));
});

test('a sampler that has nothing left ends its study early', async () => {
  const grid = { label: 'grid', name: 'grid', options: { points: { x1: 3, x2: 3 } } };
  const { regrets } = await runOurs(named('branin-2d-shifted'), task('branin-2d-shifted', { sampler: grid }));
  expect(regrets[0]).toHaveLength(3);
  expect(new Set(regrets[0]).size).toBe(1); // nine points, all before the first checkpoint
});
