import {
  ArdKernel,
  GaussianProcess,
  hypervolume,
  logExpectedImprovement,
  matern52,
  normalQuantile,
  Posterior,
  SobolSequence,
} from '@asktell/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Acquisition, LogProduct } from './acquisition.ts';
import { LogExpectedImprovement } from './expected-improvement.ts';
import { LogProbabilityBelow } from './probability.ts';
import { LogScalarisedImprovement } from './scalarised.ts';
import { LogHypervolumeImprovementOfThree } from './three-objectives.ts';
import { LogHypervolumeImprovementOfTwo } from './two-objectives.ts';

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

const frontOfThree = [
  [-1.2, 0.6, 0.4],
  [-0.4, -0.2, 0.1],
  [0.3, -1, 0.5],
  [0.5, 0.4, -0.9],
  [0.2, 0.3, -0.3],
  [-0.4, 0.3, -0.3],
] as const;

const acquisitions: { readonly [name: string]: Acquisition } = {
  'expected improvement': new LogExpectedImprovement(first, -0.8),
  'expected improvement, out of reach': new LogExpectedImprovement(first, -40),
  probability: new LogProbabilityBelow(first, 0.3, 0.1),
  'hypervolume improvement': new LogHypervolumeImprovementOfTwo([first, second], front, [1, 1]),
  'hypervolume improvement of three': new LogHypervolumeImprovementOfThree(
    [first, second, third],
    Float64Array.from(frontOfThree.flat()),
    Float64Array.of(1, 1, 1),
  ),
  'hypervolume improvement of three, out of reach': new LogHypervolumeImprovementOfThree(
    [first, second, third],
    Float64Array.of(-40, -60, -50, -50, -50, -60),
    Float64Array.of(-30, -30, -30),
  ),
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

/** The standard normal quantiles of well-spread points of the unit cube. */
function normals(count: number, dimensions: number): readonly Float64Array[] {
  const sobol = new SobolSequence(dimensions, { scramble: 'owen', seed: 1 });
  const unit = new Float64Array(dimensions);
  return Array.from({ length: count }, () => sobol.next(unit).map((u) => normalQuantile(u)));
}

it.each([
  ['hypervolume improvement', front as readonly (readonly number[])[]],
  ['hypervolume improvement of three', frontOfThree],
])('the %s is the mean over draws from the posterior', (name, points) => {
  const m = points[0]?.length as number;
  const reference = new Float64Array(m).fill(1);
  const known = Float64Array.from(points.flat());
  const before = hypervolume(known, points.length, m, reference);
  const at = Float64Array.of(0.62, 0.35, 1);
  const out = new Float64Array(1);
  (acquisitions[name] as Acquisition).values(at, 1, out);
  const draws = normals(2 ** 14, m);
  const moments = [first, second, third].slice(0, m).map((process) => momentsAt(process, at));
  let sum = 0;
  for (const draw of draws) {
    const point = moments.map(({ mean, sigma }, k) => mean + sigma * (draw[k] as number));
    sum += hypervolume(Float64Array.from([...known, ...point]), points.length + 1, m, reference) - before;
  }
  expect(Math.exp(out[0] as number)).toBeCloseTo(sum / draws.length, 3);
});

it('the hypervolume improvement of three is the sum over the cells of a grid', () => {
  // Few different coordinates, so that points share some.
  const level = fc.integer({ min: -4, max: 3 }).map((i) => i / 4);
  fc.assert(
    // Deep below the means, sums are computed from logarithms.
    fc.property(
      fc.array(fc.tuple(level, level, level), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 1),
      (drawn, depth) => {
        const points = frontOf(drawn.map(([a, b, c]) => [a - depth, b - depth, c - depth] as const));
        const reference = [1, 1, 1].map((value) => value - depth);
        const acquisition = new LogHypervolumeImprovementOfThree(
          [first, second, third],
          Float64Array.from(points.flat()),
          Float64Array.from(reference),
        );
        const at = Float64Array.of(0.62, 0.35, 1);
        const out = new Float64Array(1);
        acquisition.values(at, 1, out);
        const moments = [first, second, third].map((process) => momentsAt(process, at));
        const grids = reference.map((last, k) =>
          [...new Set([Number.NEGATIVE_INFINITY, ...points.map((point) => point[k] as number), last])].sort(
            (a, b) => a - b,
          ),
        );
        const gain = (k: number, t: number): number => {
          const { mean, sigma } = moments[k] as { readonly mean: number; readonly sigma: number };
          return t === Number.NEGATIVE_INFINITY ? 0 : Math.exp(logExpectedImprovement(mean, sigma, t));
        };
        const cells = (k: number): readonly (readonly [number, number])[] =>
          (grids[k] as number[])
            .slice(1)
            .map((high, i) => [(grids[k] as number[])[i] as number, gain(k, high)] as const)
            .map(([low, above]) => [low, above - gain(k, low)] as const);
        let sum = 0;
        for (const [x, byX] of cells(0))
          for (const [y, byY] of cells(1))
            for (const [z, byZ] of cells(2))
              if (!points.some(([a, b, c]) => a <= x && b <= y && c <= z)) sum += byX * byY * byZ;
        expect(out[0]).toBeCloseTo(Math.log(sum), 6);
      },
    ),
  );
});

type Triple = readonly [number, number, number];

/** The points that no other one dominates, each of them once. */
function frontOf(points: readonly Triple[]): readonly Triple[] {
  const different = [...new Map(points.map((point) => [point.join(), point])).values()];
  const dominates = (a: Triple, b: Triple): boolean => a !== b && a.every((value, k) => value <= (b[k] as number));
  return different.filter((point) => !different.some((other) => dominates(other, point)));
}

function momentsAt(process: GaussianProcess, at: Float64Array): { readonly mean: number; readonly sigma: number } {
  const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
  new Posterior(process).predict(at, 1, mean, variance);
  return { mean: mean[0] as number, sigma: Math.sqrt(variance[0] as number) };
}
