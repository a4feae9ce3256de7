import { categorical, float, rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { type Axis, makeAxis } from './axis.ts';
import { FailureModel } from './failure-model.ts';
import { LocalRegression } from './local-regression.ts';
import { TrialSample } from './trial-sample.ts';

const square = [makeAxis(float(0, 1)), makeAxis(float(0, 1))] as Axis[];

/** The model and the sample after trials at the given codes. */
function learned(axes: readonly Axis[], points: readonly number[][], fails: (point: number[], i: number) => boolean) {
  const sample = new TrialSample(axes, 1000, 1);
  const model = new FailureModel(axes);
  points.forEach((point, age) => {
    const codes = Float64Array.from(point);
    const failed = fails(point, age);
    model.absorb(sample, codes, failed);
    sample.offer(age, codes, failed);
  });
  return { sample, model };
}

function scores({ sample, model }: ReturnType<typeof learned>, ...points: readonly number[][]): number[] {
  const out = new Float64Array(points.length);
  model.addLogSuccess(sample, Float64Array.from(points.flat()), out);
  return [...out];
}

const scattered = (n: number): number[][] => {
  const rng = rngFor(7, n, 'points');
  return Array.from({ length: n }, () => [rng.float(), rng.float()]);
};

describe('LocalRegression', () => {
  it('extrapolates: one failure beyond a boundary lowers the estimate in front of it', () => {
    const crowd = Array.from({ length: 9 }, (_, i) => [0.3 + 0.01 * (i % 3), 0.45 + 0.05 * Math.floor(i / 3)]);
    const { sample } = learned(square, [...crowd, [0.6, 0.5]], ([x]) => (x as number) > 0.45);
    const { level } = new LocalRegression(square).at(sample, Float64Array.of(0.5, 0.5));
    expect(level).toBeLessThan(0.6); // the share among the ten neighbours is 0.9
    expect(new LocalRegression(square).at(sample, Float64Array.of(0.2, 0.5)).level).toBeGreaterThan(1);
  });

  it('has the weight of the surrounding trials, and a small weight far from all trials', () => {
    const ring = Array.from({ length: 10 }, (_, i) => [0.5 + 0.1 * Math.cos(i), 0.5 + 0.1 * Math.sin(i)]);
    const { sample } = learned(square, ring, () => false);
    expect(new LocalRegression(square).at(sample, Float64Array.of(0.5, 0.5)).weight).toBeGreaterThan(9);
    expect(new LocalRegression(square).at(sample, Float64Array.of(0, 0)).weight).toBeLessThan(2);
  });

  it('handles equal points and choices', () => {
    const axes = [makeAxis(categorical(['a', 'b', 'c']))] as Axis[];
    const { sample } = learned(
      axes,
      Array.from({ length: 12 }, () => [1]),
      () => true,
    );
    expect(new LocalRegression(axes).at(sample, Float64Array.of(1))).toEqual({
      level: 0,
      weight: expect.closeTo(10, 9),
    });
    expect(new LocalRegression(axes).at(sample, Float64Array.of(2)).weight).toBeLessThan(2);
  });
});

describe('FailureModel', () => {
  it('changes no score while no trial has failed', () => {
    const none = learned(square, scattered(50), () => false);
    expect(scores(none, [0.1, 0.1], [0.9, 0.9])).toEqual([0, 0]);
  });

  it('learns a failing region', () => {
    const region = learned(square, scattered(60), ([x, y]) => (x as number) + (y as number) > 1.2);
    const [inside, outside] = scores(region, [0.3, 0.3], [0.8, 0.8]) as [number, number];
    expect(inside - outside).toBeGreaterThan(8); // 16 times the log ratio of the success probabilities
  });

  it('does not depend on the position if failures occur anywhere', () => {
    const rng = rngFor(3, 0, 'failures');
    const anywhere = learned(square, scattered(300), () => rng.float() < 0.3);
    const found = scores(anywhere, ...scattered(40));
    expect(Math.max(...found) - Math.min(...found)).toBeLessThan(0.5);
  });

  it('clones independently', () => {
    const { sample, model } = learned(square, scattered(20), () => false);
    const copy = model.clone();
    copy.absorb(sample, Float64Array.of(0.5, 0.5), true);
    expect([model.failures, copy.failures]).toEqual([0, 1]);
  });
});
