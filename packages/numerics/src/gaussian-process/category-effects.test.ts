import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArdKernel } from './ard-kernel.ts';
import { CategoryEffects } from './category-effects.ts';
import { PenalisedLikelihood } from './likelihood.ts';
import { GaussianProcess } from './model.ts';
import { lowNoisePenalty, Penalty } from './penalty.ts';
import { PointColumns } from './points.ts';
import { Posterior, posteriorGradient } from './posterior.ts';
import { matern52 } from './radial-profile.ts';

const shapes = fc
  .record({
    numeric: fc.integer({ min: 0, max: 5 }),
    categorical: fc.integer({ min: 1, max: 4 }),
    constant: fc.constantFrom(0, 10),
    n: fc.integer({ min: 1, max: 12 }),
  })
  .chain((shape) => fc.record({ shape: fc.constant(shape), effects: fc.integer({ min: 1, max: shape.categorical }) }));

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

/** A kernel, its parameters and points. */
function example({ shape: { numeric, categorical, constant, n }, effects }: Shape) {
  const base = new ArdKernel({ numeric, categorical }, matern52, constant);
  const kernel = new CategoryEffects(base, effects);
  const logs = Float64Array.from({ length: kernel.parameters }, (_, p) => ((p * 7) % 5) / 2 - 1);
  const { columns } = kernel;
  const all = Float64Array.from({ length: n * columns }, (_, i) =>
    i % columns < numeric ? Math.sin(i) : Math.floor(i / columns + (i % columns)) % 3,
  );
  return { base, kernel, logs, all, columns };
}

/** A process of an example with its targets and raw noise. */
function processOf(given: Shape): { readonly process: GaussianProcess; readonly at: Float64Array } {
  const { kernel, logs, all, columns } = example(given);
  const process = new GaussianProcess(kernel, { noiseFloor: 1e-3 });
  for (let i = 0; i < given.shape.n; i++)
    process.add(all.subarray(i * columns, (i + 1) * columns), Math.cos(3 * i) + i / 10);
  return { process, at: Float64Array.from([...logs, -3]) };
}

describe('CategoryEffects', () => {
  it('adds the variances of equal categories in matrices, rows and pairs', () => {
    fc.assert(
      fc.property(shapes, (given) => {
        const { base, kernel, logs, all, columns } = example(given);
        const { n, numeric } = given.shape;
        kernel.configure(logs);
        const points = new PointColumns(columns, 1);
        for (let i = 0; i < n; i++) points.push(all, i * columns);
        const stride = n + 2;
        const matrix = new Float64Array(n * stride).fill(Number.NaN);
        kernel.fillMatrix(points, matrix, stride);
        const row = new Float64Array(n + 1);
        for (let i = 0; i < n; i++) {
          kernel.fillRow(points, all, i * columns, row, 1);
          for (let k = 0; k <= i; k++) {
            let expected = base.between(all, i * columns, all, k * columns);
            for (let j = 0; j < given.effects; j++)
              if (all[i * columns + numeric + j] === all[k * columns + numeric + j])
                expected += Math.exp(logs[columns + 1 + j] as number);
            const pair = kernel.between(all, i * columns, all, k * columns);
            for (const value of [matrix[i * stride + k], row[k + 1], pair])
              expect(Math.abs((value as number) - expected)).toBeLessThan(1e-12 * kernel.variance);
          }
          expect(matrix[i * stride + i]).toBe(kernel.variance);
        }
      }),
    );
  });

  it('has likelihood gradients that equal central differences', () => {
    fc.assert(
      fc.property(shapes, (given) => {
        const { process, at } = processOf(given);
        const penalty = Penalty.ard(process.kernel.columns, lowNoisePenalty, given.effects);
        const likelihood = new PenalisedLikelihood(process, penalty);
        const gradient = new Float64Array(at.length);
        likelihood.evaluate(at, gradient);
        const ignored = new Float64Array(at.length);
        const value = (p: number, step: number): number =>
          likelihood.evaluate(
            at.map((log, q) => (q === p ? log + step : log)),
            ignored,
          );
        for (let p = 0; p < at.length; p++) {
          const difference = (value(p, 1e-5) - value(p, -1e-5)) / 2e-5;
          const scale = Math.max(1, Math.abs(difference));
          expect(Math.abs((gradient[p] as number) - difference)).toBeLessThan(1e-5 * scale);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has posterior gradients that equal central differences', () => {
    fc.assert(
      fc.property(shapes, (given) => {
        const { process, at } = processOf(given);
        process.condition(at);
        const posterior = new Posterior(process);
        const { columns } = process.kernel;
        const x = Float64Array.from({ length: columns }, (_, j) => (j < given.shape.numeric ? 0.3 + j / 7 : 1));
        const here = posteriorGradient(columns);
        posterior.evaluate(x, here);
        const there = posteriorGradient(columns);
        for (let j = 0; j < given.shape.numeric; j++) {
          const value = (step: number): readonly [number, number] => {
            posterior.evaluate(
              x.map((u, k) => (k === j ? u + step : u)),
              there,
            );
            return [there.mean, there.variance];
          };
          const [high, low] = [value(1e-5), value(-1e-5)];
          expect(here.meanGradient[j]).toBeCloseTo((high[0] - low[0]) / 2e-5, 5);
          expect(here.varianceGradient[j]).toBeCloseTo((high[1] - low[1]) / 2e-5, 5);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('transfers what it learns about numbers to a category that was observed once', () => {
    const bowl = (u: number): number => 4 * (u - 0.3) ** 2;
    const ard = (): ArdKernel => new ArdKernel({ numeric: 1, categorical: 1 }, matern52, 10);
    /** Prediction at the bottom of the bowl with the new category, where the truth is -0.5. */
    const predict = (kernel: ArdKernel | CategoryEffects, ...logs: number[]): number => {
      const process = new GaussianProcess(kernel);
      for (let i = 0; i <= 12; i++) process.add(Float64Array.of(i / 12, 0), bowl(i / 12));
      process.add(Float64Array.of(0.9, 1), bowl(0.9) - 0.5);
      process.condition(Float64Array.of(...logs, -12));
      const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
      new Posterior(process).predict(Float64Array.of(0.3, 1), 1, mean, variance);
      return mean[0] as number;
    };
    const [weight, none, one] = [Math.log(4), -8, 0];
    expect(Math.abs(predict(new CategoryEffects(ard(), 1), weight, none, one, one) + 0.5)).toBeLessThan(0.05);
    // Without the effect a category is either a different function, or the difference is noise.
    expect(predict(ard(), weight, one, one)).toBeGreaterThan(0);
    expect(predict(ard(), weight, none, one)).toBeGreaterThan(-0.3);
  });

  it('refuses more effects than categorical columns, and none', () => {
    const base = new ArdKernel({ numeric: 2, categorical: 3 });
    for (const effects of [0, 4, 1.5])
      expect(() => new CategoryEffects(base, effects)).toThrow(
        `effects must be a whole number between 1 and 3, the number of categorical columns, not ${effects}`,
      );
  });
});
