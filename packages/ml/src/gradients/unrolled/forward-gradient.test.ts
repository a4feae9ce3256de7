import { isAsktellError } from '@asktell/core';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ForwardGradient, type Training } from './forward-gradient.ts';
import { exponentialSchedule, piecewiseSchedule, type Schedule } from './schedule.ts';

/** Minimises Σ (log cosh(a · x) + x²/20) over two batches that alternate. The outer value is a distance to a point. */
function training(seed: number, steps: number): Training {
  const n = 3;
  const batches = [0, 1].map((batch) =>
    Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: n }, (_row, j) => Math.sin(seed + 7 * batch + 3 * i + j) / 2),
    ),
  );
  const target = [1, -0.5, 0.3];
  const images = (step: number, x: Float64Array) =>
    (batches[step % 2] as number[][]).map((a) => ({
      a,
      z: a.reduce((sum, value, j) => sum + value * (x[j] as number), 0) - 0.4,
    }));
  return {
    start: Float64Array.of(2, -1, 0.5),
    steps,
    gradient(x, step, gradient) {
      for (let j = 0; j < n; j++) gradient[j] = 0.1 * (x[j] as number);
      for (const { a, z } of images(step, x))
        for (let j = 0; j < n; j++) gradient[j] = (gradient[j] as number) + Math.tanh(z) * (a[j] as number);
    },
    hessianProduct(x, step, v, product) {
      for (let j = 0; j < n; j++) product[j] = 0.1 * (v[j] as number);
      for (const { a, z } of images(step, x)) {
        const along = (1 - Math.tanh(z) ** 2) * a.reduce((sum, value, j) => sum + value * (v[j] as number), 0);
        for (let j = 0; j < n; j++) product[j] = (product[j] as number) + along * (a[j] as number);
      }
    },
    outer(x, gradient) {
      let value = 0;
      for (const [j, t] of target.entries()) {
        gradient[j] = (x[j] as number) - t;
        value += 0.5 * (gradient[j] as number) ** 2;
      }
      return value;
    },
  };
}

const schedules: readonly [string, (steps: number) => Schedule][] = [
  ['piecewise', (steps) => piecewiseSchedule(steps, 3)],
  ['exponential', exponentialSchedule],
];

describe.each(schedules)('the forward gradient of a %s schedule', (_, scheduleOf) => {
  property.prop([
    fc.nat(1000),
    fc.integer({ min: 3, max: 25 }),
    fc.array(fc.double({ min: -4, max: -1, noNaN: true }), { minLength: 6, maxLength: 6 }),
  ])('equals central differences to 1e-5', (seed, steps, numbers) => {
    const schedule = scheduleOf(steps);
    const objective = new ForwardGradient(training(seed, steps), schedule);
    const lambda = Float64Array.from(numbers.slice(0, schedule.hyperparameters));
    const gradient = new Float64Array(lambda.length);
    const unused = new Float64Array(lambda.length);
    const value = objective.evaluate(lambda, gradient);
    expect(objective.evaluate(lambda, unused)).toBe(value);
    const at = (j: number, by: number): number => {
      const moved = lambda.slice();
      moved[j] = (moved[j] as number) + by;
      return objective.evaluate(moved, unused);
    };
    const h = 1e-3;
    const expected = Array.from(lambda, (_entry, j) => {
      const fine = (at(j, h) - at(j, -h)) / (2 * h);
      const coarse = (at(j, 2 * h) - at(j, -2 * h)) / (4 * h);
      return (4 * fine - coarse) / 3;
    });
    const error = Math.hypot(...expected.map((entry, j) => entry - (gradient[j] as number)));
    expect(error).toBeLessThan(1e-5 * Math.hypot(...expected) + 1e-10 * Math.abs(value));
  });
});

describe('schedules', () => {
  const pointOf = (schedule: Schedule, step: number, lambda: number[]) => {
    const point = {
      rate: 0,
      momentum: 0,
      rateSlope: new Float64Array(lambda.length),
      momentumSlope: new Float64Array(lambda.length),
    };
    schedule.at(step, Float64Array.from(lambda), point);
    return point;
  };

  it('are constant in each segment', () => {
    const schedule = piecewiseSchedule(10, 2);
    const lambda = [Math.log(0.5), 0, Math.log(0.1), Math.log(9)];
    const points = Array.from({ length: 10 }, (_, step) => pointOf(schedule, step, lambda));
    expect(points.map(({ rate }) => Number(rate.toFixed(9)))).toEqual([...Array(5).fill(0.5), ...Array(5).fill(0.1)]);
    expect(points.map(({ momentum }) => Number(momentum.toFixed(9)))).toEqual([
      ...Array(5).fill(0.5),
      ...Array(5).fill(0.9),
    ]);
  });

  it('decay from the first rate to the last one', () => {
    const schedule = exponentialSchedule(5);
    const rates = [0, 2, 4].map((step) => pointOf(schedule, step, [Math.log(0.4), Math.log(0.01), 0]).rate);
    for (const [i, rate] of [0.4, 0.04, 0.004].entries()) expect(rates[i]).toBeCloseTo(rate, 12);
    expect(pointOf(exponentialSchedule(1), 0, [0, 5, 0]).rate).toBe(1);
  });
});

describe('bad input', () => {
  const good = training(1, 5);
  it.each<readonly [string, () => unknown, string]>([
    ['no training', () => new ForwardGradient(null as never, exponentialSchedule(5)), 'invalid-argument'],
    [
      'an empty start',
      () => new ForwardGradient({ ...good, start: new Float64Array(0) }, exponentialSchedule(5)),
      'invalid-argument',
    ],
    ['no steps', () => new ForwardGradient({ ...good, steps: 0 }, exponentialSchedule(5)), 'invalid-argument'],
    [
      'a missing function',
      () => new ForwardGradient({ ...good, outer: 1 as never }, exponentialSchedule(5)),
      'invalid-argument',
    ],
    [
      'λ of another length',
      () => new ForwardGradient(good, exponentialSchedule(5)).evaluate(new Float64Array(2), new Float64Array(3)),
      'invalid-argument',
    ],
    ['no schedule', () => new ForwardGradient(good, undefined as never), 'invalid-argument'],
    [
      'a schedule without a function',
      () => new ForwardGradient(good, { hyperparameters: 1 } as never),
      'invalid-argument',
    ],
    [
      'a schedule without hyperparameters',
      () => new ForwardGradient(good, { ...exponentialSchedule(5), hyperparameters: 0 }),
      'invalid-argument',
    ],
    ['a schedule of other steps', () => new ForwardGradient(good, piecewiseSchedule(4, 2)), 'invalid-argument'],
    ['more segments than steps', () => piecewiseSchedule(3, 4), 'invalid-argument'],
    ['half a step', () => exponentialSchedule(1.5), 'invalid-argument'],
    [
      'a training that diverges',
      () =>
        new ForwardGradient({ ...training(1, 5000), outer: () => Number.NaN }, exponentialSchedule(5000)).evaluate(
          new Float64Array(3),
          new Float64Array(3),
        ),
      'invalid-value',
    ],
  ])('%s is a typed error', (_, work, code) => {
    try {
      work();
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error) && error.code).toBe(code);
    }
  });
});
