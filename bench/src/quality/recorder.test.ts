import { categorical, float } from '@asktell/core';
import { EvaluationFailed, type Problem } from '@asktell/testing/problems';
import { describe, expect, test } from 'vitest';
import { Recorder } from './recorder.ts';
import type { RunTask } from './run.ts';

const base: Problem = {
  name: 'test',
  family: 'smooth',
  split: 'tune',
  tags: [],
  space: { x: float(0, 10), c: categorical(['a', 'b']) },
  objectives: 1,
  objective: ({ x }) => ({ values: [(x as number) + 1] }),
  noise: 0,
  optimum: { kind: 'value', value: 1, params: { x: 0, c: 'a' } },
  precision: 1e-8,
};

const task = (trials: number, concurrency = 1): RunTask => ({
  sampler: { label: 's', name: 's', options: {} },
  problem: 'test',
  seed: 1,
  trials,
  concurrency,
});

function record(problem: Problem, xs: readonly number[], trials = xs.length, concurrency = 1) {
  const recorder = new Recorder(problem, task(trials, concurrency));
  for (const x of xs) recorder.evaluate({ x, c: 'a' });
  return recorder.end(0);
}

describe('the recorder keeps', () => {
  test('the best regret at each checkpoint', () => {
    const xs = Array.from({ length: 60 }, (_, i) => 10 - i / 10);
    const { regrets } = record(base, xs);
    expect(regrets).toHaveLength(1);
    expect(regrets[0]).toEqual([expect.closeTo(7.6, 12), expect.closeTo(5.1, 12), expect.closeTo(4.1, 12)]);
  });

  test('the last regret when a study ends early', () => {
    expect(record(base, [3, 2, 5], 200).regrets).toEqual([[2, 2, 2, 2]]);
  });

  test('regrets of feasible trials only', () => {
    const problem: Problem = {
      ...base,
      objective: ({ x }) => ({ values: [(x as number) + 1], constraints: { c: 4 - (x as number) } }),
    };
    expect(record(problem, [1, 2]).regrets).toEqual([[Number.POSITIVE_INFINITY]]);
    expect(record(problem, [1, 7, 5, 2]).regrets).toEqual([[5]]);
  });

  test('the noise-free regret of the trial with the best observed value', () => {
    const noisy: Problem = { ...base, noise: 3 };
    const recorder = new Recorder(noisy, task(40));
    let looked = Number.POSITIVE_INFINITY;
    let regret = Number.NaN;
    for (let i = 0; i < 40; i++) {
      const x = (i * 7) % 10;
      const observed = recorder.evaluate({ x, c: 'a' })?.values[0] as number;
      if (observed < looked) [looked, regret] = [observed, x];
    }
    expect(looked).toBeLessThan(1); // because of the noise, it is better than the optimum
    expect(recorder.end(0).regrets[0]?.at(-1)).toBe(regret);
  });

  test('the number of failures, in total and after the first 50 trials', () => {
    const problem: Problem = {
      ...base,
      objective: ({ x }) => {
        if ((x as number) > 5) throw new EvaluationFailed('no');
        return { values: [x as number] };
      },
    };
    const xs = Array.from({ length: 60 }, (_, i) => (i < 10 || i >= 57 ? 6 : 1));
    expect(record(problem, xs)).toMatchObject({ failed: 13, failedLate: 3 });
    const broken: Problem = {
      ...base,
      objective: () => {
        throw new TypeError('a bug in the problem');
      },
    };
    expect(() => record(broken, [1])).toThrow(TypeError);
  });

  test('hypervolume regrets for each reference point', () => {
    const problem: Problem = {
      ...base,
      objectives: 2,
      objective: ({ x }) => ({ values: [x as number, 1 - (x as number)] }),
      optimum: {
        kind: 'front',
        hypervolumes: [
          { reference: [1, 1], value: 0.5 },
          { reference: [2, 2], value: 2.5 + 1 },
        ],
      },
    };
    expect(record(problem, [0.5, 0.25]).regrets).toEqual([
      [expect.closeTo(0.5 - (0.25 + 0.0625), 12)],
      [expect.closeTo(3.5 - (1.5 * 1.5 + 0.25 * 1.25), 12)],
    ]);
  });

  test('distances to the pending trials', () => {
    const recorder = new Recorder(base, task(4, 3));
    recorder.evaluate({ x: 0, c: 'a' });
    recorder.evaluate({ x: 5, c: 'a' }); // the trial at 0 is pending
    recorder.evaluate({ x: 5, c: 'b' }); // the trials at 0 and 5 are pending; the choice differs
    recorder.evaluate({ x: 1, c: 'a' }); // the first trial has been told
    const expected = [0.5 / Math.SQRT2, 1 / Math.SQRT2, 0.4 / Math.SQRT2];
    expect(recorder.end(0).distances).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });
});
