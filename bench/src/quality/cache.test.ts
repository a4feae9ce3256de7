import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, problems } from '@asktell/testing/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PeerCache } from './cache.ts';
import type { RunResult, RunTask } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asktell-quality-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const versions = { python: '3', optuna: '5', cmaes: '0' };
const cacheOf = (given: { readonly [name: string]: string }): PeerCache => new PeerCache(() => given, folder);
const problem = problems.find(({ name }) => name === 'failing-slab-ackley-4d') as Problem;
const task: RunTask = {
  sampler: { label: 'optuna-tpe', name: 'optuna-tpe', options: {} },
  problem: problem.name,
  seed: 1,
  trials: 50,
  concurrency: 1,
};
const result: RunResult = {
  regrets: [[Number.POSITIVE_INFINITY, 0.1]],
  failed: 3,
  failedLate: 0,
  distances: [],
  seconds: 1.5,
};

test('a run is found again by a later command, infinities included', () => {
  cacheOf(versions).set(problem, task, result);
  expect(cacheOf(versions).get(problem, task)).toEqual(result);
  expect(cacheOf({ ...versions, cma: '4' }).get(problem, task)).toEqual(result); // not its package
});

test('another seed, length, sampler, version or problem is another run', () => {
  const cache = cacheOf(versions);
  cache.set(problem, task, result);
  expect(cache.get(problem, { ...task, seed: 2 })).toBeUndefined();
  expect(cache.get(problem, { ...task, trials: 51 })).toBeUndefined();
  expect(cache.get(problem, { ...task, concurrency: 8 })).toBeUndefined();
  expect(cache.get(problem, { ...task, sampler: { ...task.sampler, options: { group: true } } })).toBeUndefined();
  expect(cacheOf({ ...versions, optuna: '6' }).get(problem, task)).toBeUndefined();
  const changed: Problem = { ...problem, objective: (params) => ({ values: [(params['x1'] as number) * 2] }) };
  expect(cacheOf(versions).get(changed, task)).toBeUndefined();
});

test('ignores a line that was only partly written', () => {
  cacheOf(versions).set(problem, task, result);
  const file = join(folder, readdirSync(folder)[0] as string);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"key":"half`);
  expect(cacheOf(versions).get(problem, task)).toEqual(result);
});
