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

describe('what is kept of a study', () => {
  test('the best regret at each checkpoint', () => {
    const xs = Array.from({ length: 60 }, (_, i) => 10 - i / 10);
    const { regrets } = record(base, xs);
    expect(regrets).toHaveLength(1);
    expect(regrets[0]).toEqual([expect.closeTo(7.6, 12), expect.closeTo(5.1, 12), expect.closeTo(4.1, 12)]);
  });

  test('the trials that changed the regret', () => {
    const recorder = new Recorder(base, task(200));
    for (const x of [3, 2, 5, 2, 1]) recorder.evaluate({ x, c: 'a' });
    expect(recorder.steps).toEqual([
      [1, 3],
      [2, 2],
      [5, 1],
    ]);
  });

  test('a study that ends early keeps its result', () => {
    expect(record(base, [3, 2, 5], 200).regrets).toEqual([[2, 2, 2, 2]]);
  });

  test('what is not feasible counts for nothing', () => {
    const problem: Problem = {
      ...base,
      objective: ({ x }) => ({ values: [(x as number) + 1], constraints: { c: 4 - (x as number) } }),
    };
    expect(record(problem, [1, 2]).regrets).toEqual([[Number.POSITIVE_INFINITY]]);
    expect(record(problem, [1, 7, 5, 2]).regrets).toEqual([[5]]);
  });

  test('with noise, the regret is the true one of the trial that looked best', () => {
    const noisy: Problem = { ...base, noise: 3 };
    const recorder = new Recorder(noisy, task(40));
    let looked = Number.POSITIVE_INFINITY;
    let regret = Number.NaN;
    for (let i = 0; i < 40; i++) {
      const x = (i * 7) % 10;
      const observed = recorder.evaluate({ x, c: 'a' })?.values[0] as number;
      if (observed < looked) [looked, regret] = [observed, x];
    }
    expect(looked).toBeLessThan(1); // noise made it look better than the optimum
    expect(recorder.end(0).regrets[0]?.at(-1)).toBe(regret);
  });

  test('failures, in all and after the first 50', () => {
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
        throw new TypeError('a fault of the problem');
      },
    };
    expect(() => record(broken, [1])).toThrow(TypeError);
  });

  test('hypervolumes, one row for each reference point', () => {
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

  test('distances to the trials that are out', () => {
    const recorder = new Recorder(base, task(4, 3));
    recorder.evaluate({ x: 0, c: 'a' });
    recorder.evaluate({ x: 5, c: 'a' }); // 0 is out
    recorder.evaluate({ x: 5, c: 'b' }); // 0 and 5 are out: the choice differs
    recorder.evaluate({ x: 1, c: 'a' }); // the first one is told by now
    const expected = [0.5 / Math.SQRT2, 1 / Math.SQRT2, 0.4 / Math.SQRT2];
    expect(recorder.end(0).distances).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });
});
