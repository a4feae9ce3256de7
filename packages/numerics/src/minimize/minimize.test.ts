import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brentMinimize } from './brent.ts';
import { Lbfgsb, type LbfgsbReason, type ObjectiveWithGradient } from './lbfgsb.ts';

type Plain = number | 'inf' | '-inf';

interface BoxCase {
  readonly function: 'rosenbrock' | 'quadratic' | 'logBarrier';
  readonly start: readonly number[];
  readonly lower: readonly Plain[];
  readonly upper: readonly Plain[];
  readonly decades?: number;
  readonly x: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}

interface IntervalCase {
  readonly function: 'parabola' | 'cosine' | 'absolute' | 'quartic' | 'flat';
  readonly low: number;
  readonly high: number;
  readonly x: number;
  readonly value: number;
  readonly evaluations: number;
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/minimize.json', import.meta.url), 'utf8')) as {
  readonly lbfgsb: readonly BoxCase[];
  readonly brent: readonly IntervalCase[];
};
const read = (numbers: readonly Plain[]): Float64Array =>
  Float64Array.from(numbers.map((x) => (x === 'inf' ? Infinity : x === '-inf' ? -Infinity : x)));

const rosenbrock: ObjectiveWithGradient = (x, gradient) => {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number];
    value += (1 - a) ** 2 + 100 * (b - a * a) ** 2;
    gradient[i] = (gradient[i] as number) - 2 * (1 - a) - 400 * a * (b - a * a);
    gradient[i + 1] = (gradient[i + 1] as number) + 200 * (b - a * a);
  }
  return value;
};

/** A quadratic whose eigenvalues span the given number of decades, reflected. See make-minimize-fixture.py. */
function quadratic(n: number, decades: number): ObjectiveWithGradient {
  const numbers = Array.from({ length: n }, (_, i) => i);
  const normal = numbers.map((i) => 1 + (i % 3));
  const centre = numbers.map((i) => (((7 * i) % 5) - 2) / 1.5);
  const scale = numbers.map((i) => 10 ** ((decades * i) / Math.max(1, n - 1)));
  const square = normal.reduce((sum, v) => sum + v * v, 0);
  const reflect = (y: readonly number[]): number[] => {
    const along = (2 * y.reduce((sum, yi, i) => sum + yi * (normal[i] as number), 0)) / square;
    return y.map((yi, i) => yi - along * (normal[i] as number));
  };
  return (x, gradient) => {
    const t = reflect(Array.from(x, (xi, i) => xi - (centre[i] as number)));
    gradient.set(reflect(t.map((ti, i) => (scale[i] as number) * ti)));
    return 0.5 * t.reduce((sum, ti, i) => sum + (scale[i] as number) * ti * ti, 0);
  };
}

const logBarrier: ObjectiveWithGradient = (x, gradient) => {
  const total = x.reduce((sum, xi) => sum + xi, 0);
  let value = total ** 2 / x.length;
  for (let i = 0; i < x.length; i++) {
    const [xi, slope] = [x[i] as number, (i % 4) + 0.5];
    value += Math.exp(xi) - slope * xi;
    gradient[i] = Math.exp(xi) - slope + (2 * total) / x.length;
  }
  return value;
};

const objectiveOf = (test: BoxCase): ObjectiveWithGradient =>
  test.function === 'quadratic'
    ? quadratic(test.start.length, test.decades as number)
    : { rosenbrock, logBarrier }[test.function];

const thorough = { gradientTolerance: 1e-6, decreaseTolerance: 0, maxIterations: 5_000, maxEvaluations: 20_000 };

describe('Lbfgsb against scipy', () => {
  it.each(fixture.lbfgsb.map((test) => ({ ...test, n: test.start.length })))(
    '$function in $n dimensions, $decades decades, from $start.0 between $lower.0 and $upper.0',
    (test) => {
      const x = Float64Array.from(test.start);
      const outcome = new Lbfgsb(test.n).minimize(objectiveOf(test), x, read(test.lower), read(test.upper), thorough);
      expect(outcome.value - test.value).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(test.value)));
      // Rounding errors of values hide gradients up to the square root of rounding error times curvature.
      expect(outcome.gradientNorm).toBeLessThan((test.decades ?? 0) > 3 ? 1e-2 : 1e-5);
    },
  );

  it('needs no more evaluations than scipy in total', () => {
    let [ours, theirs] = [0, 0];
    for (const test of fixture.lbfgsb) {
      const minimizer = new Lbfgsb(test.start.length);
      const x = Float64Array.from(test.start);
      ours += minimizer.minimize(objectiveOf(test), x, read(test.lower), read(test.upper), thorough).evaluations;
      theirs += test.evaluations;
    }
    expect(ours).toBeLessThan(theirs);
  });
});

/** A bowl with waves. It has many minima, most of them at bounds. */
const waves = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  bowl: fc.double({ min: 0, max: 3, noNaN: true }),
});

function wavesObjective({ n, seed, bowl }: { n: number; seed: number; bowl: number }): ObjectiveWithGradient {
  const phase = (i: number): number => (seed * (i + 1) * 0.7548776662) % 6;
  return (x, gradient) => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      const [xi, next] = [x[i] as number, x[(i + 1) % n] as number];
      const before = x[(i + n - 1) % n] as number;
      value += Math.sin(3 * xi + phase(i)) + xi * next + bowl * xi * xi;
      gradient[i] = 3 * Math.cos(3 * xi + phase(i)) + next + before + 2 * bowl * xi;
    }
    return value;
  };
}

/** Lower bounds, upper bounds and start. Some coordinates are unbounded or fixed, and some starts are outside the box. */
const box = (n: number): [Float64Array, Float64Array, Float64Array] => [
  Float64Array.from({ length: n }, (_, i) => (i % 5 === 4 ? 0.25 : -1 - (i % 3))),
  Float64Array.from({ length: n }, (_, i) => (i % 5 === 4 ? 0.25 : 0.5 * (i % 3))),
  Float64Array.from({ length: n }, (_, i) => ((i * 7) % 4) - 2),
];

describe('Lbfgsb', () => {
  it('stays in the box, never increases the value, and reports consistent results', () => {
    fc.assert(
      fc.property(waves, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 }), (wave, memory, budget) => {
        const [lower, upper, x] = box(wave.n);
        const objective = wavesObjective(wave);
        const seen: number[] = [];
        const watched: ObjectiveWithGradient = (at, gradient) => {
          for (let i = 0; i < at.length; i++) {
            expect(at[i]).toBeGreaterThanOrEqual(lower[i] as number);
            expect(at[i]).toBeLessThanOrEqual(upper[i] as number);
          }
          const value = objective(at, gradient);
          seen.push(value);
          return value;
        };
        const outcome = new Lbfgsb(wave.n, memory).minimize(watched, x, lower, upper, { maxEvaluations: budget });
        expect(outcome.evaluations).toBe(seen.length);
        expect(seen.length).toBeLessThanOrEqual(budget);
        expect(outcome.value).toBeLessThanOrEqual(seen[0] as number);
        expect(objective(x, new Float64Array(wave.n))).toBe(outcome.value);
        if (outcome.reason === 'gradient') expect(outcome.gradientNorm).toBeLessThanOrEqual(1e-5);
        if (outcome.reason === 'evaluations') expect(outcome.evaluations).toBe(budget);
        expect(outcome.reason).not.toBe('not-finite');
      }),
    );
  });

  it('backs off from points where the function is not finite', () => {
    const bad = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    fc.assert(
      fc.property(
        waves,
        bad,
        fc.boolean(),
        fc.double({ min: -0.9, max: 1, noNaN: true }),
        (wave, value, inGradient, wall) => {
          const objective = wavesObjective({ ...wave, bowl: 4 });
          const lower = new Float64Array(wave.n).fill(-1);
          const upper = new Float64Array(wave.n).fill(1);
          const x = lower.slice();
          const outcome = new Lbfgsb(wave.n).minimize(
            (at, gradient) => {
              const good = objective(at, gradient);
              if ((at[0] as number) <= wall) return good;
              if (!inGradient) return value;
              gradient[0] = value;
              return good;
            },
            x,
            lower,
            upper,
          );
          expect(Number.isFinite(outcome.value)).toBe(true);
          expect(x[0]).toBeLessThanOrEqual(wall);
          expect(outcome.value).toBe(objective(x, new Float64Array(wave.n)));
          expect(outcome.value).toBeLessThanOrEqual(objective(lower, new Float64Array(wave.n)));
          expect(outcome.evaluations).toBeGreaterThan(1);
        },
      ),
    );
  });

  it('gives the same result with reused memory', () => {
    const [lower, upper] = [new Float64Array(5).fill(-2), new Float64Array(5).fill(2)];
    const run = (minimizer: Lbfgsb): unknown => {
      const x = new Float64Array(5).fill(-1.2);
      return [minimizer.minimize(rosenbrock, x, lower, upper), [...x]];
    };
    const used = new Lbfgsb(5);
    used.minimize(quadratic(5, 3), new Float64Array(5), lower, upper);
    expect(run(used)).toEqual(run(new Lbfgsb(5)));
  });

  it('limits the first step to a fraction of the box', () => {
    const steep: ObjectiveWithGradient = (x, gradient) => {
      gradient.fill(-1e6);
      return -1e6 * ((x[0] as number) + (x[1] as number));
    };
    const tried: number[] = [];
    new Lbfgsb(2).minimize(
      (x, gradient) => {
        tried.push(x[0] as number);
        return steep(x, gradient);
      },
      new Float64Array(2),
      Float64Array.of(-1, -5),
      Float64Array.of(1, 5),
      { firstStep: 0.05, maxEvaluations: 2 },
    );
    expect(tried).toEqual([0, expect.closeTo(0.1, 12)]);
  });

  it('reports why it stopped', () => {
    const run = (rules: object, objective = rosenbrock, start = -1.2): LbfgsbReason =>
      new Lbfgsb(2).minimize(
        objective,
        new Float64Array(2).fill(start),
        new Float64Array(2).fill(-2),
        new Float64Array(2).fill(2),
        rules,
      ).reason;
    expect(run({ decreaseTolerance: 0 })).toBe('gradient');
    expect(run({}, rosenbrock, 1)).toBe('gradient');
    expect(run({ gradientTolerance: 0, decreaseTolerance: 1e-3 })).toBe('decrease');
    expect(run({ maxIterations: 3 })).toBe('iterations');
    expect(run({ maxEvaluations: 5 })).toBe('evaluations');
    expect(run({}, () => Number.NaN)).toBe('not-finite');
    expect(run({}, (_, gradient) => gradient.fill(Number.NaN).length)).toBe('not-finite');
    // The gradient has the wrong sign, so no lower value can be found along it.
    const wrong: ObjectiveWithGradient = (x, gradient) => {
      gradient.fill(-1);
      return (x[0] as number) + (x[1] as number);
    };
    expect(run({}, wrong)).toBe('line-search');
  });

  it('rejects invalid bounds, lengths and starts before any evaluation', () => {
    const never: ObjectiveWithGradient = () => {
      throw new Error('evaluated');
    };
    const minimizer = new Lbfgsb(2);
    const two = (a: number, b: number): Float64Array => Float64Array.of(a, b);
    for (const [x, lower, upper, message] of [
      [two(0, 0), two(0, 1), two(1, 0), 'coordinate 1 must be ascending, not 1 and 0'],
      [two(0, 0), two(0, Number.NaN), two(1, 1), 'ascending'],
      [two(0, Number.NaN), two(0, 0), two(1, 1), 'x[1] must be finite, not NaN'],
      [Float64Array.of(0), two(0, 0), two(1, 1), 'must have 2 numbers, not 1, 2 and 2'],
    ] as const) {
      const kept = x.slice();
      expect(() => minimizer.minimize(never, x, lower, upper)).toThrow(message);
      expect(x).toEqual(kept);
    }
    expect(() => new Lbfgsb(0)).toThrow(RangeError);
    expect(() => new Lbfgsb(2, 1.5)).toThrow('memory must be a whole number');
  });
});

const functions: Record<IntervalCase['function'], (x: number) => number> = {
  parabola: (x) => (x - 0.3) ** 2,
  cosine: (x) => Math.cos(x) + 0.1 * x,
  absolute: (x) => Math.abs(x - 1 / 3),
  quartic: (x) => (x - 2) ** 4 + x,
  flat: () => 1,
};

describe('brentMinimize', () => {
  it.each(fixture.brent)('finds the minimum of scipy: $function on [$low, $high]', (test) => {
    const rules = { tolerance: 1e-9, maxEvaluations: 500 };
    const found = brentMinimize(functions[test.function], test.low, test.high, rules);
    expect(found.converged).toBe(true);
    expect(found.value).toBeLessThanOrEqual(test.value + 1e-8);
    if (test.function !== 'flat') expect(Math.abs(found.x - test.x)).toBeLessThan(2e-7 * Math.max(1, Math.abs(test.x)));
    expect(found.evaluations).toBeLessThanOrEqual(test.evaluations + 2);
  });

  it('stays inside the interval, returns the lowest value, and finds the minimum of a unimodal function', () => {
    const real = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(real, real, real, fc.constantFrom(1, 2, 4), (p, q, centre, power) => {
        const [low, high] = [Math.min(p, q), Math.max(p, q)];
        const seen: number[] = [];
        const found = brentMinimize(
          (x) => {
            expect(x >= low && x <= high).toBe(true);
            seen.push(Math.abs(x - centre) ** power);
            return seen.at(-1) as number;
          },
          low,
          high,
        );
        expect(found.value).toBe(Math.min(...seen));
        expect(found.evaluations).toBe(seen.length);
        const best = Math.min(high, Math.max(low, centre));
        const scale = high - low + Math.abs(best);
        // Near its minimum a parabola resolves points up to the square root of the rounding error, a quartic up to the fourth root.
        const slack = { 1: 1e-7, 2: 1e-6, 4: 1e-2 }[power] as number;
        expect(Math.abs(found.x - best)).toBeLessThanOrEqual(slack * scale + 1e-12);
      }),
    );
  });

  it('treats NaN as Infinity, counts evaluations and rejects invalid intervals', () => {
    const found = brentMinimize((x) => (x < 1 ? Number.NaN : x), 0, 4);
    expect(found.x).toBeGreaterThanOrEqual(1);
    expect(brentMinimize(Math.cos, 0, 5, { maxEvaluations: 4 })).toMatchObject({ evaluations: 4, converged: false });
    for (const [low, high] of [
      [1, 0],
      [0, Number.POSITIVE_INFINITY],
      [Number.NaN, 1],
    ] as const)
      expect(() => brentMinimize(Math.cos, low, high)).toThrow(RangeError);
  });
});
