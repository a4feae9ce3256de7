import { describe, expect, it } from 'vitest';
import { ArdKernel } from './ard-kernel.ts';
import { leaveOneOutLogDensity } from './leave-one-out.ts';
import { PenalisedLikelihood } from './likelihood.ts';
import { GaussianProcess } from './model.ts';
import { optunaPenalty, Penalty } from './penalty.ts';
import { Posterior } from './posterior.ts';
import { gaussian, matern52 } from './radial-profile.ts';

function predictions(
  process: GaussianProcess,
  candidates: Float64Array,
): { mean: Float64Array; variance: Float64Array } {
  const count = candidates.length / process.kernel.columns;
  const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
  new Posterior(process).predict(candidates, count, mean, variance);
  return { mean, variance };
}

describe('Gaussian process at its limits', () => {
  it('handles duplicates without noise by jitter and a floor of the variances', () => {
    for (const n of [2, 20, 200]) {
      const kernel = new ArdKernel({ numeric: 1, categorical: 0 }, gaussian);
      const process = new GaussianProcess(kernel, { noiseFloor: 0, learnNoise: false });
      for (let i = 0; i < n; i++) process.add(Float64Array.of((i % 7) / 7), (i % 7) / 7);
      const jitter = process.condition();
      if (n > 7) expect(jitter).toBeGreaterThan(0);
      const { mean, variance } = predictions(process, Float64Array.of(1 / 7, 0.4));
      expect(Math.abs((mean[0] as number) - 1 / 7)).toBeLessThan(1e-3);
      for (const v of variance) expect(v).toBeGreaterThanOrEqual(1e-12);
      expect(Number.isFinite(leaveOneOutLogDensity(process))).toBe(true);
      expect(process.append(Float64Array.of(1 / 7), 1 / 7)).toBeGreaterThan(0);
    }
  });

  it('equals its prior without observations', () => {
    const process = new GaussianProcess(new ArdKernel({ numeric: 1, categorical: 0 }));
    expect(process.condition(Float64Array.of(0, Math.log(2)))).toBe(0);
    expect(predictions(process, Float64Array.of(0.5))).toEqual({
      mean: Float64Array.of(0),
      variance: Float64Array.of(2),
    });
    expect(process.logMarginalLikelihood()).toBe(0);
    expect(process.append(Float64Array.of(0.5), 1)).toBe(0);
    expect(predictions(process, Float64Array.of(0.5)).mean[0]).toBeCloseTo(2 / (2 + process.noise), 12);
  });

  it('tends to a mean of the targets in which a crowd counts little, if the kernel has a constant', () => {
    const crowded = [0.1, 0.11, 0.12, 0.13, 0.5, 0.9];
    const far = (constant: number): number => {
      const process = new GaussianProcess(new ArdKernel({ numeric: 1, categorical: 0 }, matern52, constant));
      for (const x of crowded) process.add(Float64Array.of(x), x < 0.2 ? -1 : 2);
      process.condition(Float64Array.of(Math.log(100), 0));
      return predictions(process, Float64Array.of(50)).mean[0] as number;
    };
    expect(far(0)).toBeCloseTo(0, 12);
    // Three groups of points: (-1 + 2 + 2) / 3.
    expect(Math.abs(far(1e4) - 1)).toBeLessThan(0.1);
  });

  it('rejects invalid points, targets and variances without changing its data', () => {
    const process = new GaussianProcess(new ArdKernel({ numeric: 2, categorical: 0 }));
    const x = Float64Array.of(0, 1);
    process.add(x, 1);
    process.condition();
    for (const [bad, target, variance, message] of [
      [Float64Array.of(0), 0, 0, 'a point must have 2 columns, not 1'],
      [Float64Array.of(0, Number.NaN), 0, 0, 'column 1 of a point must be finite, not NaN'],
      [x, Number.NaN, 0, 'target must be finite, not NaN'],
      [x, 0, -1, 'variance must be a finite number of at least 0, not -1'],
    ] as const)
      for (const add of ['add', 'append'] as const) expect(() => process[add](bad, target, variance)).toThrow(message);
    expect(process.size).toBe(1);
    expect(() => process.retarget(x)).toThrow('there must be 1 targets, one per observation, not 2');
    process.appendPending(x);
    expect(() => process.add(x, 1)).toThrow('1 points are pending');
    process.dropPending();
    process.add(x, 1);
    const notConditioned = 'the factor has 1 rows. Call condition() first';
    expect(() => process.append(x, 1)).toThrow(notConditioned);
    expect(() => process.appendPending(x)).toThrow(notConditioned);
    expect(() => predictions(process, x)).toThrow(notConditioned);
    expect(() => leaveOneOutLogDensity(process)).toThrow(notConditioned);
    expect(() => new GaussianProcess(process.kernel, { noiseFloor: -1 })).toThrow(RangeError);
    expect(() => new PenalisedLikelihood(process, Penalty.ard(3, optunaPenalty))).toThrow(
      'penalty must have 4 parameters like the process, not 5',
    );
  });
});
