import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArdKernel } from './ard-kernel.ts';
import { PenalisedLikelihood } from './likelihood.ts';
import { ardFitRules, MapFit } from './map-fit.ts';
import { GaussianProcess, type GaussianProcessOptions } from './model.ts';
import { lowNoisePenalty, optunaPenalty, Penalty } from './penalty.ts';
import { Posterior } from './posterior.ts';

/** Targets that depend mostly on the first column and not on the last one. */
function sample(n: number, columns: number, noise: number, options?: GaussianProcessOptions): GaussianProcess {
  const process = new GaussianProcess(new ArdKernel({ numeric: columns, categorical: 0 }), options);
  for (let i = 0; i < n; i++) addSample(process, i, noise);
  return process;
}

function addSample(process: GaussianProcess, i: number, noise: number): void {
  const { columns } = process.kernel;
  const x = Float64Array.from({ length: columns }, (_, j) => scattered(i * (columns + 1) + j));
  const wave = Math.sin(9 * (x[0] as number)) + 0.3 * (columns > 2 ? (x[1] as number) : 0);
  process.add(x, 1.3 * wave + noise * (2 * scattered(-i - 1) - 1));
}

/** Pseudo-random numbers between 0 and 1. */
function scattered(i: number): number {
  const x = Math.sin(i * 12.9898 + 1) * 43758.5453;
  return x - Math.floor(x);
}

const setting = fc.record({
  n: fc.integer({ min: 1, max: 40 }),
  columns: fc.integer({ min: 1, max: 4 }),
  noise: fc.constantFrom(0, 0.1, 1),
  learnNoise: fc.boolean(),
});

describe('MapFit', () => {
  it('finds stationary points of the penalised likelihood inside the bounds', () => {
    fc.assert(
      fc.property(setting, ({ n, columns, noise, learnNoise }) => {
        const process = sample(n, columns, noise, { learnNoise, noiseFloor: learnNoise ? 1e-6 : 1e-2 });
        const penalty = Penalty.ard(columns, lowNoisePenalty);
        const stop = { gradientTolerance: 1e-4, decreaseTolerance: 0, maxIterations: 500, maxEvaluations: 2_000 };
        const rules = ardFitRules(columns, { stop });
        const outcome = new MapFit(process, penalty, rules).fit(0);
        expect(outcome.start).toBe('cold');
        expect(outcome.jitter).toBe(0);
        const free = learnNoise ? columns + 2 : columns + 1;
        const gradient = new Float64Array(free);
        const fitted = process.parameters.slice(0, free);
        const value = new PenalisedLikelihood(process, penalty).evaluate(fitted, gradient);
        expect(value).toBe(outcome.value);
        for (let p = 0; p < free; p++) {
          const [at, low, high] = [fitted[p], rules.lower[p], rules.upper[p]] as [number, number, number];
          expect(at >= low && at <= high).toBe(true);
          const outward = (at === low && (gradient[p] as number) > 0) || (at === high && (gradient[p] as number) < 0);
          if (!outward) expect(Math.abs(gradient[p] as number)).toBeLessThan(1e-3);
        }
        if (!learnNoise) expect(process.noise).toBe(1e-2);
      }),
      { numRuns: 40 },
    );
  });

  it('finds the relevant columns and the noise variance of 0.03', () => {
    const process = sample(60, 3, 0.3);
    new MapFit(process, Penalty.ard(3, optunaPenalty), ardFitRules(3)).fit(0);
    const [first, , last] = process.parameters as unknown as [number, number, number];
    expect(first).toBeGreaterThan(last + 1);
    expect(process.noise).toBeGreaterThan(0.03 / 3);
    expect(process.noise).toBeLessThan(0.03 * 3);
    const quiet = sample(60, 3, 0);
    new MapFit(quiet, Penalty.ard(3, lowNoisePenalty), ardFitRules(3)).fit(0);
    expect(quiet.noise).toBeLessThan(1e-4);
  });

  it('starts from the previous fit, which needs few evaluations, and regularly from the cold start', () => {
    const process = sample(25, 3, 0.1);
    const rules = ardFitRules(3, { coldEvery: 4 });
    const fit = new MapFit(process, Penalty.ard(3, optunaPenalty), rules);
    const cold = fit.fit(0);
    expect(cold.start).toBe('cold');
    let warm = 0;
    for (let index = 1; index < 8; index++) {
      addSample(process, 24 + index, 0.1);
      const outcome = fit.fit(index);
      if (index === 4) expect(outcome.evaluations).toBeGreaterThan(cold.evaluations);
      else {
        expect(outcome.start).toBe('warm');
        warm += outcome.evaluations / 6;
      }
      expect(process.isConditioned).toBe(true);
    }
    expect(warm).toBeLessThan(0.7 * cold.evaluations);
  });

  it('depends only on data, index and start, not on earlier fits', () => {
    const rules = ardFitRules(2);
    const from = Float64Array.of(1, 2, 0.5, -3);
    const run = (used: boolean): number[] => {
      const process = sample(used ? 10 : 30, 2, 0.1);
      const fit = new MapFit(process, Penalty.ard(2, lowNoisePenalty), rules);
      if (used) {
        fit.fit(0);
        for (let i = 10; i < 30; i++) addSample(process, i, 0.1);
      }
      const { value, evaluations } = fit.fit(10, from);
      return [value, evaluations, ...process.parameters];
    };
    expect(run(true)).toEqual(run(false));
  });

  it('falls back to the cold start, and to its parameters if no start can be evaluated', () => {
    const process = sample(5, 1, 0);
    const fit = new MapFit(process, Penalty.ard(1, optunaPenalty), ardFitRules(1, { logWeight: [-8, 800] }));
    const fallen = fit.fit(1, Float64Array.of(0, 800, -4));
    expect(fallen).toMatchObject({ start: 'warm' });
    const penalty = Penalty.ard(1, { ...optunaPenalty, weight: { inverse: Number.NaN } });
    const outcome = new MapFit(process, penalty, ardFitRules(1)).fit(1, Float64Array.of(1, 1, 1));
    expect(outcome).toMatchObject({ start: 'none', reason: 'not-finite', jitter: 0 });
    expect([...process.parameters]).toEqual([0, 0, -4]);
    const mean = new Float64Array(1);
    new Posterior(process).predict(Float64Array.of(0.5), 1, mean, new Float64Array(1));
    expect(Number.isFinite(mean[0])).toBe(true);
  });

  it('shifts the penalty of a local model: rescaled inputs give the same process', () => {
    const columns = 2;
    const whole = sample(20, columns, 0.1);
    const scale = 0.05;
    const local = new GaussianProcess(new ArdKernel({ numeric: columns, categorical: 0 }));
    const x = new Float64Array(columns);
    for (let i = 0; i < 20; i++) {
      whole.points.read(i, x);
      local.add(
        x.map((xj) => scale * xj),
        whole.targets[i] as number,
      );
    }
    const penalty = Penalty.ard(columns, lowNoisePenalty);
    penalty.shifts.fill(2 * Math.log(scale), 0, columns);
    const gradient = new Float64Array(columns + 2);
    const at = Float64Array.of(1, 2, 0.5, -4);
    const moved = at.map((log, p) => (p < columns ? log - 2 * Math.log(scale) : log));
    const value = new PenalisedLikelihood(whole, Penalty.ard(columns, lowNoisePenalty)).evaluate(at, gradient);
    const shifted = new PenalisedLikelihood(local, penalty).evaluate(moved, new Float64Array(columns + 2));
    expect(shifted).toBeCloseTo(value, 9);
  });

  it('rejects rules with the wrong number of parameters', () => {
    const process = sample(3, 2, 0);
    const penalty = Penalty.ard(2, optunaPenalty);
    expect(() => new MapFit(process, penalty, ardFitRules(3))).toThrow(
      'rules.lower must have 4 numbers, one per parameter, not 5',
    );
    expect(() => new MapFit(process, Penalty.ard(1, optunaPenalty), ardFitRules(2))).toThrow('like the process, not 3');
  });
});
