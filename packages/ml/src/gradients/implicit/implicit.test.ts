import { isAsktellError } from '@asktell/core';
import { fc, test as property } from '@fast-check/vitest';
import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { KFold } from '../../folds/k-fold.ts';
import type { BilevelProblem } from './bilevel-problem.ts';
import { ImplicitGradient, type ImplicitGradientOptions } from './implicit-gradient.ts';
import { type LinearProblemOptions, linearProblem } from './linear-problem.ts';
import { minimizeHyperparameters } from './minimize-hyperparameters.ts';

/** Random rows of a linear model with noise, and numbers or classes as targets. */
function rows(seed: number, count: number, features: number, classes: boolean) {
  let state = seed + 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const normal = (): number => next() + next() + next() + next();
  const X = Array.from({ length: count }, () => Array.from({ length: features }, normal));
  const noisy = X.map((row) => row.reduce((sum, value, j) => sum + value * (j % 3 === 0 ? 2 : 0.2), 0) + normal());
  return { X, y: classes ? noisy.map((value, i) => (i < 2 ? i : value > 0 ? 1 : 0)) : noisy };
}

/** Central differences of the outer value, from tightly solved inner problems. */
function differences(problem: BilevelProblem, lambda: Float64Array, h = 1e-4): number[] {
  const unused = new Float64Array(lambda.length);
  const value = (j: number, by: number): number => {
    const moved = lambda.slice();
    moved[j] = (moved[j] as number) + by;
    return new ImplicitGradient(problem).evaluate(moved, unused, 1e-12);
  };
  return Array.from(lambda, (_, j) => {
    // Richardson's extrapolation: the error is of fourth order.
    const fine = (value(j, h) - value(j, -h)) / (2 * h);
    const coarse = (value(j, 2 * h) - value(j, -2 * h)) / (4 * h);
    return (4 * fine - coarse) / 3;
  });
}

const error = (actual: Float64Array, expected: readonly number[]): number =>
  Math.hypot(...expected.map((value, i) => value - (actual[i] as number))) / Math.hypot(...expected);

const settings: readonly [LinearProblemOptions, number][] = [
  [{ loss: 'squared', penalty: 'ridge' }, 1],
  [{ loss: 'squared', penalty: 'elastic-net', smoothing: 0.1 }, 2],
  [{ loss: 'squared', penalty: 'ridge-by-feature' }, 3],
  [{ loss: 'logistic', penalty: 'ridge' }, 1],
  [{ loss: 'logistic', penalty: 'elastic-net', smoothing: 0.1 }, 2],
  [{ loss: 'logistic', penalty: 'ridge-by-feature' }, 3],
];

describe.each(settings)('the implicit gradient of %o', (options, hyperparameters) => {
  property.prop([fc.nat(), fc.array(fc.double({ min: -4, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })], {
    numRuns: 12,
  })('equals central differences to 1e-5, with both solvers', (seed, strengths) => {
    const { X, y } = rows(seed, 40, 3, options.loss === 'logistic');
    const problem = linearProblem(X, y, { ...options, cv: new KFold({ folds: 3, shuffle: true }) });
    const lambda = Float64Array.from(strengths.slice(0, hyperparameters));
    const expected = differences(problem, lambda);
    for (const solver of ['conjugate-gradients', 'neumann'] as const) {
      const gradient = new Float64Array(hyperparameters);
      new ImplicitGradient(problem, { solver, maxProducts: 20_000 }).evaluate(lambda, gradient, 1e-11);
      expect(error(gradient, expected)).toBeLessThan(1e-5);
    }
  });
});

describe('a problem of your own', () => {
  // h = ½ Σ (a_i + e^λ) (x_i - λ)², so x* = λ; g = ½ |x - 3|² + λ²/2.
  const curvatures = [1, 5, 20];
  const own: BilevelProblem = {
    dimensions: 3,
    hyperparameters: 1,
    inner(x, lambda, gradient) {
      const [l] = lambda as unknown as [number];
      let value = 0;
      for (const [i, a] of curvatures.entries()) {
        gradient[i] = (a + Math.exp(l)) * ((x[i] as number) - l);
        value += 0.5 * (gradient[i] as number) * ((x[i] as number) - l);
      }
      return value;
    },
    outer(x, lambda, gradient, lambdaGradient) {
      for (let i = 0; i < 3; i++) gradient[i] = (x[i] as number) - 3;
      lambdaGradient[0] = lambda[0] as number;
      return 0.5 * gradient.reduce((sum, entry) => sum + entry * entry, 0) + 0.5 * (lambda[0] as number) ** 2;
    },
    hessianProduct(_x, lambda, v, product) {
      for (const [i, a] of curvatures.entries()) product[i] = (a + Math.exp(lambda[0] as number)) * (v[i] as number);
    },
    crossProduct(x, lambda, v, product) {
      const [l] = lambda as unknown as [number];
      product[0] = 0;
      for (const [i, a] of curvatures.entries())
        product[0] += (Math.exp(l) * ((x[i] as number) - l) - (a + Math.exp(l))) * (v[i] as number);
    },
  };

  it('has the gradient of its closed form, outer terms of λ included', () => {
    for (const l of [-1, 0, 2]) {
      const gradient = new Float64Array(1);
      const value = new ImplicitGradient(own).evaluate(Float64Array.of(l), gradient);
      expect(value).toBeCloseTo(1.5 * (l - 3) ** 2 + (l * l) / 2, 7);
      expect(gradient[0]).toBeCloseTo(3 * (l - 3) + l, 6);
    }
  });

  it('is minimised at the minimum of its closed form, 9 / 4', () => {
    for (const solver of ['conjugate-gradients', 'neumann'] as const) {
      const { lambda, converged, x } = minimizeHyperparameters(own, [-3], { solver });
      expect(converged).toBe(true);
      expect(lambda[0]).toBeCloseTo(2.25, 2);
      expect(x[0]).toBeCloseTo(2.25, 2);
    }
  });

  it('stays inside the bounds', () => {
    const { lambda, path } = minimizeHyperparameters(own, [0], { lower: -1, upper: [1.5] });
    expect([...lambda]).toEqual([1.5]);
    expect(path.every(({ lambda: [l = Number.NaN] }) => l >= -1 && l <= 1.5)).toBe(true);
  });

  it.each<readonly [string, Partial<BilevelProblem>]>([
    ['inner', { inner: () => Number.NaN }],
    ['outer', { outer: () => Number.POSITIVE_INFINITY }],
    ['hessianProduct', { hessianProduct: (_x, _lambda, v, product) => product.set(v.map((entry) => -entry)) }],
    ['crossProduct', { crossProduct: (_x, _lambda, _v, product) => void product.fill(Number.NaN) }],
  ])('with a wrong %s is an invalid value', (_, wrong) => {
    const run = (options: ImplicitGradientOptions = {}) =>
      new ImplicitGradient({ ...own, ...wrong }, options).evaluate(Float64Array.of(0), new Float64Array(1));
    expect(codeOf(() => run())).toBe('invalid-value');
    expect(codeOf(() => run({ solver: 'neumann', stepSize: 0.05 }))).toBe('invalid-value');
  });

  it.each<readonly [string, () => unknown]>([
    ['no problem', () => new ImplicitGradient(null as never)],
    ['half a dimension', () => new ImplicitGradient({ ...own, dimensions: 0.5 })],
    ['a missing function', () => new ImplicitGradient({ ...own, crossProduct: undefined } as never)],
    ['an unknown solver', () => new ImplicitGradient(own, { solver: 'direct' as never })],
    ['a negative step size', () => new ImplicitGradient(own, { stepSize: -1 })],
    ['too many hyperparameters', () => new ImplicitGradient(own).evaluate(new Float64Array(2), new Float64Array(1))],
    ['a plain array', () => new ImplicitGradient(own).evaluate([0] as never, new Float64Array(1))],
    ['λ of NaN', () => new ImplicitGradient(own).evaluate(Float64Array.of(Number.NaN), new Float64Array(1))],
    ['a short gradient', () => new ImplicitGradient(own).evaluate(new Float64Array(1), new Float64Array(0))],
    ['tolerance 0', () => new ImplicitGradient(own).evaluate(new Float64Array(1), new Float64Array(1), 0)],
    ['a start of another length', () => minimizeHyperparameters(own, [])],
    ['a start that is a number', () => minimizeHyperparameters(own, 0 as never)],
    ['no start', () => minimizeHyperparameters(own, undefined as never)],
    ['a start of NaN', () => minimizeHyperparameters(own, [Number.NaN])],
    ['bounds of another length', () => minimizeHyperparameters(own, [0], { lower: [0, 1] })],
    ['an increasing tolerance', () => minimizeHyperparameters(own, [0], { decrease: 1.5 })],
    ['crossing bounds', () => minimizeHyperparameters(own, [0], { lower: 1, upper: 0 })],
  ])('%s is an invalid argument', (_, work) => {
    expect(codeOf(work)).toBe('invalid-argument');
  });
});

describe('linearProblem', () => {
  it('is ridge regression: the inner solution is that of the normal equations', () => {
    const { X, y } = rows(7, 30, 4, false);
    const problem = linearProblem(X, y, { cv: new KFold({ folds: 2 }) });
    const objective = new ImplicitGradient(problem);
    objective.evaluate(Float64Array.of(-1), new Float64Array(1), 1e-12);
    const [fold] = new KFold({ folds: 2 }).split({ samples: 30 });
    const train = Array.from(fold?.train ?? []);
    const A = new Matrix(train.map((i) => [...(X[i] as number[]), 1]));
    const penalty = Matrix.eye(5).mul(train.length * Math.exp(-1));
    penalty.set(4, 4, 0);
    const target = Matrix.columnVector(train.map((i) => y[i] as number));
    const weights = inverse(A.transpose().mmul(A).add(penalty)).mmul(A.transpose()).mmul(target).to1DArray();
    for (const [j, weight] of weights.entries()) expect(objective.x[j]).toBeCloseTo(weight, 7);
  });

  it('finds the best strength of a fine grid with a fraction of the solves', () => {
    for (const loss of ['squared', 'logistic'] as const) {
      const { X, y } = rows(3, 60, 12, loss === 'logistic');
      const problem = linearProblem(X, y, { loss });
      const objective = new ImplicitGradient(problem);
      const grid = Array.from({ length: 161 }, (_, i) => -8 + i / 16);
      const values = grid.map((l) => objective.evaluate(Float64Array.of(l), new Float64Array(1)));
      const best = Math.min(...values);
      const found = minimizeHyperparameters(problem, [0]);
      expect(found.value).toBeLessThanOrEqual(best * (1 + 1e-5));
      expect(Math.abs((found.lambda[0] as number) - (grid[values.indexOf(best)] as number))).toBeLessThan(0.1);
      expect(found.solves).toBeLessThan(20);
      expect(found.solves).toBe(found.path.length);
    }
  });

  it('tunes the two strengths of an elastic net, and never ends above its start', () => {
    const { X, y } = rows(5, 60, 12, false);
    const { value, path, gradient, converged } = minimizeHyperparameters(
      linearProblem(X, y, { penalty: 'elastic-net' }),
      [-1, -1],
    );
    expect(converged).toBe(true);
    expect(value).toBeLessThan(path[0]?.value as number);
    expect(gradient).toHaveLength(2);
  });

  it.each<readonly [string, () => unknown, string]>([
    ['text labels', () => linearProblem([[1], [2]], ['a', 'b']), 'invalid-data'],
    ['a third class', () => linearProblem([[1], [2], [3]], [0, 1, 2], { loss: 'logistic', cv: 2 }), 'invalid-data'],
    ['missing labels', () => linearProblem([[1], [2]], [1]), 'invalid-data'],
    ['NaN', () => linearProblem([[1], [Number.NaN]], [1, 2]), 'invalid-data'],
    ['too many folds', () => linearProblem([[1], [2]], [1, 2], { cv: 3 }), 'invalid-folds'],
    ['an unknown penalty', () => linearProblem([[1], [2]], [1, 2], { penalty: 'lasso' as never }), 'invalid-argument'],
    ['smoothing 0', () => linearProblem([[1], [2]], [1, 2], { smoothing: 0 }), 'invalid-argument'],
  ])('%s is a typed error', (_, work, code) => {
    expect(codeOf(work)).toBe(code);
  });
});

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    return isAsktellError(thrown) ? thrown.code : `another error: ${String(thrown)}`;
  }
  return undefined;
}
