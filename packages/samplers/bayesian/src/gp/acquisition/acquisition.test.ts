import { ArdKernel, GaussianProcess, hypervolume, matern52, Posterior } from '@asktell/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Acquisition, LogProduct } from './acquisition.ts';
import { LogExpectedImprovement } from './expected-improvement.ts';
import { LogProbabilityBelow } from './probability.ts';
import { LogScalarisedImprovement } from './scalarised.ts';
import { LogHypervolumeImprovement } from './two-objectives.ts';

/** A process of two numbers and a category with targets from a wave. */
function processOf(phase: number): GaussianProcess {
  const process = new GaussianProcess(new ArdKernel({ numeric: 2, categorical: 1 }, matern52, 1));
  for (let i = 0; i < 15; i++) {
    const [x, y] = [((i * 37) % 101) / 101, ((i * 53) % 97) / 97];
    process.add(Float64Array.of(x, y, i % 3), Math.sin(6 * x + phase) + y * Math.cos(phase) + 0.1 * (i % 3));
  }
  process.condition(Float64Array.of(2, 1, -1, 0, -6));
  return process;
}

const [first, second, third] = [processOf(0), processOf(1), processOf(2)];
const front = [
  [-1.2, 0.6],
  [-0.4, -0.2],
  [0.3, -1],
] as const;

const acquisitions: { readonly [name: string]: Acquisition } = {
  'expected improvement': new LogExpectedImprovement(first, -0.8),
  'expected improvement, out of reach': new LogExpectedImprovement(first, -40),
  probability: new LogProbabilityBelow(first, 0.3, 0.1),
  'hypervolume improvement': new LogHypervolumeImprovement([first, second], front, [1, 1]),
  'scalarised improvement': new LogScalarisedImprovement(
    [first, second, third],
    Float64Array.of(1, 1, 1),
    Float64Array.of(0.5, 0.7, 0.6),
    1,
    6,
  ),
  product: new LogProduct([new LogExpectedImprovement(first, -0.8), new LogProbabilityBelow(second, 0, 0)]),
};

describe.each(Object.entries(acquisitions))('%s', (_name, acquisition) => {
  const valueAt = (x: number, y: number): number => {
    const out = new Float64Array(1);
    acquisition.values(Float64Array.of(x, y, 1), 1, out);
    return out[0] as number;
  };
  const position = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  it('has the derivatives of its values', () => {
    fc.assert(
      fc.property(position, position, (x, y) => {
        const gradient = new Float64Array(2);
        const value = acquisition.evaluate(Float64Array.of(x, y, 1), gradient);
        expect(value).toBeCloseTo(valueAt(x, y), 8);
        const h = 1e-5;
        const byX = (valueAt(x + h, y) - valueAt(x - h, y)) / (2 * h);
        const byY = (valueAt(x, y + h) - valueAt(x, y - h)) / (2 * h);
        for (const [exact, numeric] of [
          [gradient[0], byX],
          [gradient[1], byY],
        ] as [number, number][])
          expect(Math.abs(exact - numeric)).toBeLessThan(1e-3 * (1 + Math.abs(numeric)));
      }),
    );
  });

  it('gives many points the values of each', () => {
    const points = Float64Array.of(0.1, 0.2, 0, 0.5, 0.5, 1, 0.9, 0.3, 2, 0.7, 0.8, 1, 0.05, 0.95, 0);
    const together = new Float64Array(5);
    acquisition.values(points, 5, together);
    for (let i = 0; i < 5; i++) {
      const alone = new Float64Array(1);
      acquisition.values(points.slice(3 * i, 3 * i + 3), 1, alone);
      expect(Number.isFinite(alone[0])).toBe(true);
      expect(together[i]).toBeCloseTo(alone[0] as number, 9);
    }
  });
});

/** Pairs of independent standard normals at equally likely places of the unit square. */
function normals(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log((i + 0.5) / count));
    const angle = 2 * Math.PI * ((i * 0.6180339887498949) % 1);
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
}

it('the hypervolume improvement is the mean over draws from the posterior', () => {
  const reference = Float64Array.of(1, 1);
  const known = Float64Array.from(front.flat());
  const before = hypervolume(known, 3, 2, reference);
  const at = Float64Array.of(0.62, 0.35, 1);
  const acquisition = acquisitions['hypervolume improvement'] as Acquisition;
  const out = new Float64Array(1);
  acquisition.values(at, 1, out);
  const draws = normals(20_000);
  const moments = [first, second].map((process) => momentsAt(process, at));
  let sum = 0;
  for (const [u, v] of draws) {
    const point = moments.map(({ mean, sigma }, k) => mean + sigma * (k === 0 ? u : v));
    sum += hypervolume(Float64Array.from([...known, ...point]), 4, 2, reference) - before;
  }
  expect(Math.exp(out[0] as number)).toBeCloseTo(sum / draws.length, 2);
});

function momentsAt(process: GaussianProcess, at: Float64Array): { readonly mean: number; readonly sigma: number } {
  const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
  new Posterior(process).predict(at, 1, mean, variance);
  return { mean: mean[0] as number, sigma: Math.sqrt(variance[0] as number) };
}
