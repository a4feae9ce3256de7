import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArdKernel } from './ard-kernel.ts';
import { leaveOneOutLogDensity } from './leave-one-out.ts';
import { PenalisedLikelihood } from './likelihood.ts';
import { GaussianProcess } from './model.ts';
import { type ArdPenalty, lowNoisePenalty, optunaPenalty, Penalty } from './penalty.ts';
import { Posterior, posteriorGradient } from './posterior.ts';
import { gaussian, matern52 } from './radial-profile.ts';

interface Case {
  readonly numeric: number;
  readonly categorical: number;
  readonly profile: 'matern52' | 'gaussian';
  readonly penalty: 'optuna' | 'lowNoise' | 'logarithmic';
  readonly shifts: readonly number[];
  readonly noiseFloor: number;
  readonly points: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly variances: readonly number[];
  readonly pending: readonly (readonly number[])[];
  readonly parameters: readonly number[];
  readonly logLikelihood: number;
  readonly penalised: number;
  readonly gradient: readonly number[];
  readonly candidates: readonly (readonly number[])[];
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly meanGradient: readonly (readonly number[])[];
  readonly varianceGradient: readonly (readonly number[])[];
  readonly leaveOneOut: readonly number[];
}

const { processes } = JSON.parse(readFileSync(new URL('fixtures/gaussian-process.json', import.meta.url), 'utf8')) as {
  readonly processes: readonly Case[];
};

const penalties: Record<Case['penalty'], ArdPenalty> = {
  optuna: optunaPenalty,
  lowNoise: lowNoisePenalty,
  logarithmic: {
    weight: { square: 0.01, centre: Math.LN2 },
    scale: { square: 0.01, centre: -3.2 },
    noise: { square: 0.5, centre: -4, log: 1 },
  },
};

interface Data
  extends Pick<Case, 'numeric' | 'categorical' | 'profile' | 'noiseFloor' | 'points' | 'targets' | 'variances'> {
  readonly constant?: number;
}

function build(data: Data): GaussianProcess {
  const kernel = new ArdKernel(data, { matern52, gaussian }[data.profile], data.constant);
  const process = new GaussianProcess(kernel, { noiseFloor: data.noiseFloor, capacity: 1 });
  data.points.forEach((x, i) => {
    process.add(Float64Array.from(x), data.targets[i] as number, data.variances[i]);
  });
  return process;
}

/** The relative difference, or the absolute one for numbers below 1. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    expect(error, `${actual[i]} for ${expected[i]}`).toBeLessThan(
      tolerance * Math.max(1, Math.abs(expected[i] as number)),
    );
  }
}

const flat = (rows: readonly (readonly number[])[]): Float64Array => Float64Array.from(rows.flat());

/** Tolerance of likelihoods, whose terms can be as large as the reciprocal of the smallest noise. */
const digits = 1e-9;

describe('Gaussian process against its definition in 60 digits', () => {
  it.each(processes.map((test, index) => ({ index, n: test.points.length, ...test })))(
    'process $index: $profile, $n points, $numeric numeric and $categorical categorical columns',
    (test) => {
      const columns = test.numeric + test.categorical;
      const process = build(test);
      const penalty = Penalty.ard(columns, penalties[test.penalty]);
      penalty.shifts.set(test.shifts);
      const gradient = new Float64Array(test.parameters.length);
      const likelihood = new PenalisedLikelihood(process, penalty);
      const value = likelihood.evaluate(Float64Array.from(test.parameters), gradient);
      expectClose([value, process.logMarginalLikelihood()], [test.penalised, test.logLikelihood], digits);
      expectClose(gradient, test.gradient, digits);

      const densities = new Float64Array(test.points.length);
      const sum = leaveOneOutLogDensity(process, densities);
      expectClose(densities, test.leaveOneOut, digits);
      expect(sum).toBeCloseTo(
        test.leaveOneOut.reduce((a, b) => a + b, 0),
        6,
      );

      for (const x of test.pending) expect(process.appendPending(Float64Array.from(x))).toBe(0);
      const posterior = new Posterior(process);
      const count = test.candidates.length;
      const candidates = flat(test.candidates);
      const [mean, variance, meanAlone] = [0, 0, 0].map(() => new Float64Array(count)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const covariance = new Float64Array(count * count);
      posterior.predict(candidates, count, mean, variance);
      posterior.predictMean(candidates, count, meanAlone);
      posterior.covariance(candidates, count, covariance);
      expectClose(mean, test.mean, digits);
      expect(meanAlone).toEqual(mean);
      expectClose(covariance, flat(test.covariance), digits);
      for (let c = 0; c < count; c++)
        expectClose([variance[c] as number], [covariance[c * (count + 1)] as number], 1e-13);

      const point = posteriorGradient(columns);
      test.meanGradient.forEach((expected, c) => {
        posterior.evaluate(candidates.subarray(c * columns, (c + 1) * columns), point);
        expectClose([point.mean, point.variance], [mean[c] as number, variance[c] as number], 1e-12);
        expectClose(point.meanGradient, expected, digits);
        expectClose(point.varianceGradient, test.varianceGradient[c] as number[], digits);
      });
    },
  );
});

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const data: fc.Arbitrary<Data & { readonly parameters: readonly number[] }> = fc
  .record({
    numeric: fc.integer({ min: 0, max: 6 }),
    categorical: fc.integer({ min: 0, max: 2 }),
    profile: fc.constantFrom('matern52' as const, 'gaussian' as const),
    constant: fc.constantFrom(0, 0.5, 10),
    n: fc.integer({ min: 1, max: 30 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
    logNoise: fc.double({ min: -6, max: 0, noNaN: true }),
    logWeight: fc.double({ min: -3, max: 3, noNaN: true }),
  })
  .filter(({ numeric, categorical }) => numeric + categorical > 0)
  .map(({ n, seed, logNoise, logWeight, ...rest }) => {
    const columns = rest.numeric + rest.categorical;
    const number = (i: number): number => (seed * 0.7548776662466927 + i * 0.5698402909980532) % 1;
    return {
      ...rest,
      noiseFloor: 1e-6,
      points: Array.from({ length: n }, (_, i) =>
        Array.from({ length: columns }, (_, j) => {
          const x = number(i * (columns + 1) + j * (1 + j) + 1);
          return j < rest.numeric ? x : Math.floor(3 * x);
        }),
      ),
      targets: Array.from({ length: n }, (_, i) => 4 * number(3 * i + 2) - 2),
      variances: Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 0.1 * number(i) : 0)),
      parameters: [...Array.from({ length: columns }, (_, j) => logWeight + (j % 3) - 1), 0.3, logNoise],
    };
  });

function predictions(
  process: GaussianProcess,
  candidates: Float64Array,
): { mean: Float64Array; variance: Float64Array } {
  const count = candidates.length / process.kernel.columns;
  const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
  new Posterior(process).predict(candidates, count, mean, variance);
  return { mean, variance };
}

/** Candidates at and between the points. */
function probes(process: GaussianProcess): Float64Array {
  const { columns } = process.kernel;
  const out = new Float64Array(7 * columns);
  for (let c = 0; c < 7; c++)
    for (let j = 0; j < columns; j++) out[c * columns + j] = j < (process.kernel as ArdKernel).numeric ? c / 6 : c % 4;
  return out;
}

describe('Gaussian process', () => {
  it('has likelihood gradients that equal central differences', () => {
    fc.assert(
      fc.property(data, fc.boolean(), (test, shifted) => {
        const process = build(test);
        const columns = test.numeric + test.categorical;
        const penalty = Penalty.ard(columns, shifted ? lowNoisePenalty : optunaPenalty);
        if (shifted) penalty.shifts.fill(-1.5, 0, columns);
        const likelihood = new PenalisedLikelihood(process, penalty);
        const at = Float64Array.from(test.parameters);
        const gradient = new Float64Array(at.length);
        const unused = new Float64Array(at.length);
        const value = likelihood.evaluate(at, gradient);
        for (let p = 0; p < at.length; p++) {
          const h = 1e-5;
          const [up, down] = [at.slice(), at.slice()];
          up[p] = (up[p] as number) + h;
          down[p] = (down[p] as number) - h;
          const difference = (likelihood.evaluate(up, unused) - likelihood.evaluate(down, unused)) / (2 * h);
          const scale = Math.max(1, Math.abs(difference), Math.abs(value));
          expect(Math.abs((gradient[p] as number) - difference)).toBeLessThan(1e-5 * scale);
        }
      }),
    );
  });

  it('has posterior gradients that equal central differences', () => {
    fc.assert(
      fc.property(data, fc.array(unit, { minLength: 8, maxLength: 8 }), (test, where) => {
        const process = build(test);
        process.condition(Float64Array.from(test.parameters));
        const posterior = new Posterior(process);
        const { columns } = process.kernel;
        const x = Float64Array.from(where.slice(0, columns).map((u, j) => (j < test.numeric ? u : Math.floor(3 * u))));
        const [point, up, down] = [posteriorGradient(columns), posteriorGradient(columns), posteriorGradient(columns)];
        posterior.evaluate(x, point);
        for (let j = 0; j < test.numeric; j++) {
          const h = 1e-5;
          const moved = x.slice();
          moved[j] = (x[j] as number) + h;
          posterior.evaluate(moved, up);
          moved[j] = (x[j] as number) - h;
          posterior.evaluate(moved, down);
          const scale = Math.max(1, ...process.alpha.subarray(0, process.observations).map(Math.abs));
          expect(Math.abs((point.meanGradient[j] as number) - (up.mean - down.mean) / (2 * h))).toBeLessThan(
            1e-4 * scale,
          );
          const difference = (up.variance - down.variance) / (2 * h);
          expect(Math.abs((point.varianceGradient[j] as number) - difference)).toBeLessThan(1e-4);
        }
        for (let j = test.numeric; j < columns; j++)
          expect([point.meanGradient[j], point.varianceGradient[j]]).toEqual([0, 0]);
      }),
    );
  });

  it('gives equal results for appended and for jointly conditioned observations', () => {
    fc.assert(
      fc.property(data, fc.nat(), (test, from) => {
        const whole = build(test);
        const parameters = Float64Array.from(test.parameters);
        whole.condition(parameters);
        const first = from % test.points.length;
        const grown = build({ ...test, points: test.points.slice(0, first) });
        grown.condition(parameters);
        for (let i = first; i < test.points.length; i++)
          grown.append(Float64Array.from(test.points[i] as number[]), test.targets[i] as number, test.variances[i]);
        expect(grown.observations).toBe(whole.observations);
        const [a, b] = [predictions(grown, probes(grown)), predictions(whole, probes(whole))];
        expectClose(a.mean, b.mean, 1e-8);
        expectClose(a.variance, b.variance, 1e-8);
        expectClose([grown.logMarginalLikelihood()], [whole.logMarginalLikelihood()], 1e-8);
      }),
    );
  });

  it('keeps means and lowers variances with pending points, and removes them completely', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 5 }), (test, count) => {
        const process = build(test);
        process.condition(Float64Array.from(test.parameters));
        const candidates = probes(process);
        const before = predictions(process, candidates);
        const { columns } = process.kernel;
        for (let c = 0; c < count; c++) process.appendPending(candidates.slice(c * columns, (c + 1) * columns));
        expect([process.size, process.observations]).toEqual([test.points.length + count, test.points.length]);
        const during = predictions(process, candidates);
        expect(during.mean).toEqual(before.mean);
        for (let c = 0; c < 7; c++) {
          expect(during.variance[c]).toBeLessThanOrEqual((before.variance[c] as number) + 1e-12);
          // The variance at a pending point is at most its noise.
          if (c < count) expect(during.variance[c]).toBeLessThanOrEqual(process.noise * 1.000001);
        }
        process.dropPending();
        expect(predictions(process, candidates)).toEqual(before);
      }),
    );
  });

  it('gives equal results for replaced targets and for a new process', () => {
    fc.assert(
      fc.property(data, (test) => {
        const process = build(test);
        const parameters = Float64Array.from(test.parameters);
        process.condition(parameters);
        const targets = test.targets.map((y) => 3 * y - 1);
        process.appendPending(Float64Array.from(test.points[0] as number[]));
        process.retarget(Float64Array.from(targets));
        process.dropPending();
        const fresh = build({ ...test, targets });
        fresh.condition(parameters);
        expect(predictions(process, probes(process))).toEqual(predictions(fresh, probes(fresh)));
      }),
    );
  });

  it('gives equal results after it was cleared and refilled', () => {
    fc.assert(
      fc.property(data, data, (first, second) => {
        const { numeric, categorical, profile, constant = 0 } = second;
        const kinds = { numeric, categorical, profile, constant };
        const points = first.points.map((_, i) => second.points[i % second.points.length] as number[]);
        const process = build({ ...first, ...kinds, points });
        process.condition(Float64Array.from(second.parameters));
        process.clear();
        second.points.forEach((x, i) => {
          process.add(Float64Array.from(x), second.targets[i] as number, second.variances[i]);
        });
        const fresh = build(second);
        for (const each of [process, fresh]) each.condition(Float64Array.from(second.parameters));
        expect(predictions(process, probes(process))).toEqual(predictions(fresh, probes(fresh)));
      }),
    );
  });
});
