import { AsktellError, type Checks, check, checkOptions, must, oneOfWords, show } from '@asktell/core';
import { Lbfgsb } from '@asktell/numerics';
import type { BilevelProblem } from './bilevel-problem.ts';
import { ConjugateGradients, dot, type LinearSolver, NeumannSeries } from './linear-solver.ts';

/** Options of {@link ImplicitGradient}. */
export interface ImplicitGradientOptions {
  /** How the linear system with the Hessian is solved. Default `'conjugate-gradients'`. */
  readonly solver?: 'conjugate-gradients' | 'neumann';
  /** Largest number of steps of the solver, or of terms of the Neumann series. Default 10 times the length of x, at least 100. */
  readonly maxProducts?: number;
  /** Step size η of the Neumann series, below 2 / λ_max of the Hessian. Default: estimated with the power method. */
  readonly stepSize?: number;
  /** Largest number of evaluations of the inner problem for one λ. Default 10,000. */
  readonly maxEvaluations?: number;
}

const checks: Checks<ImplicitGradientOptions> = {
  solver: oneOfWords('conjugate-gradients', 'neumann'),
  maxProducts: check.count(1),
  stepSize: must('a number above 0', (value) => typeof value === 'number' && value > 0),
  maxEvaluations: check.count(1),
};

const members = ['inner', 'outer', 'hessianProduct', 'crossProduct'] as const;

/**
 * The value and the gradient of an outer problem by implicit differentiation. At the minimum x* of the inner problem, the
 * implicit function theorem gives dg/dλ = ∂g/∂λ - (∂²h/∂λ∂x) z with (∂²h/∂x²) z = ∂g/∂x. Only products with the Hessian
 * are needed. The cost is that of one inner solve and of one linear system, for any number of hyperparameters.
 *
 * x and z are kept, so the next call with a near λ starts from them.
 *
 * Source: Pedregosa, Hyperparameter optimization with approximate gradient, ICML 2016, algorithm 1.
 *
 * @example
 * const objective = new ImplicitGradient(linearProblem(X, y, { penalty: 'ridge' }));
 * const gradient = new Float64Array(1);
 * const value = objective.evaluate(Float64Array.of(Math.log(0.1)), gradient);
 * await study.tell(trial, value, { gradient: { logStrength: gradient[0] } });
 */
export class ImplicitGradient {
  readonly problem: BilevelProblem;
  /** The last solution of the inner problem. May be set to start from elsewhere. */
  readonly x: Float64Array;
  /** Calls so far: solves of the inner problem, evaluations of its gradient, and products with its Hessian. */
  solves = 0;
  evaluations = 0;
  products = 0;
  readonly #z: Float64Array;
  readonly #outerGradient: Float64Array;
  readonly #cross: Float64Array;
  readonly #unbounded: readonly [lower: Float64Array, upper: Float64Array];
  readonly #minimizer: Lbfgsb;
  readonly #solver: LinearSolver;
  readonly #newton: ConjugateGradients;
  readonly #step: Float64Array;
  readonly #maxEvaluations: number;
  #scale = 0;

  /** @throws AsktellError `invalid-argument` */
  constructor(problem: BilevelProblem, options: ImplicitGradientOptions = {}) {
    checkOptions('ImplicitGradient', options, checks);
    checkProblem(problem);
    const n = problem.dimensions;
    this.problem = problem;
    this.x = new Float64Array(n);
    this.#z = new Float64Array(n);
    this.#outerGradient = new Float64Array(n);
    this.#cross = new Float64Array(problem.hyperparameters);
    this.#unbounded = [
      new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
      new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    ];
    this.#minimizer = new Lbfgsb(n, 10);
    const { solver = 'conjugate-gradients', maxProducts = Math.max(100, 10 * n), stepSize = null } = options;
    this.#solver =
      solver === 'neumann' ? new NeumannSeries(n, maxProducts, stepSize) : new ConjugateGradients(n, maxProducts);
    this.#newton = new ConjugateGradients(n, maxProducts);
    this.#step = new Float64Array(n);
    this.#maxEvaluations = options.maxEvaluations ?? 10_000;
  }

  /**
   * Returns g(x*(λ), λ) and writes dg/dλ.
   * @param lambda hyperparameters
   * @param gradient receives dg/dλ
   * @param tolerance largest entry of ∂h/∂x relative to the one at the first start, and largest relative residual of the
   *   linear system. Default 1e-8. Early steps of an outer loop may be less precise.
   * @throws AsktellError `invalid-argument` for λ or a gradient of the wrong length, or a λ that is not finite;
   *   `invalid-value` if the problem returns NaN or an infinity, or its Hessian is not positive definite
   */
  evaluate(lambda: Float64Array, gradient: Float64Array, tolerance: number = 1e-8): number {
    const { problem, x } = this;
    checkLambda('ImplicitGradient.evaluate', problem.hyperparameters, lambda, gradient);
    if (!(tolerance > 0))
      throw new AsktellError(
        'invalid-argument',
        `ImplicitGradient.evaluate: tolerance must be above 0, not ${show(tolerance)}.`,
      );
    this.#solveInner(lambda, tolerance);
    const outer = this.#outerGradient;
    const value = problem.outer(x, lambda, outer, gradient);
    if (!Number.isFinite(value) || !isFiniteArray(outer) || !isFiniteArray(gradient))
      throw notFinite('outer', value, lambda);
    this.products += this.#solver.solve(
      (v, product) => problem.hessianProduct(x, lambda, v, product),
      outer,
      this.#z,
      tolerance,
    );
    problem.crossProduct(x, lambda, this.#z, this.#cross);
    if (!isFiniteArray(this.#cross)) throw notFinite('crossProduct', Number.NaN, lambda);
    for (let j = 0; j < gradient.length; j++) gradient[j] = (gradient[j] as number) - (this.#cross[j] as number);
    return value;
  }

  #solveInner(lambda: Float64Array, tolerance: number): void {
    const { problem, x } = this;
    const [lower, upper] = this.#unbounded;
    const inner = (at: Float64Array, to: Float64Array): number => problem.inner(at, lambda, to);
    if (this.#scale === 0) {
      inner(x, this.#outerGradient);
      this.evaluations++;
      this.#scale = largestEntry(this.#outerGradient) || 1;
    }
    const { evaluations, reason, value } = this.#minimizer.minimize(inner, x, lower, upper, {
      gradientTolerance: tolerance * this.#scale,
      decreaseTolerance: 0,
      firstStep: 1,
      maxIterations: this.#maxEvaluations,
      maxEvaluations: this.#maxEvaluations,
    });
    this.solves++;
    this.evaluations += evaluations;
    if (reason === 'not-finite') throw notFinite('inner', value, lambda);
    // Near the minimum, h changes by less than its rounding error, so a line search cannot go on. Newton's method can.
    if (reason === 'line-search') this.#polish(lambda, tolerance * this.#scale);
  }

  /** Newton steps until no entry of ∂h/∂x exceeds the goal, or they do not help any more. */
  #polish(lambda: Float64Array, goal: number): void {
    const { problem, x } = this;
    const [gradient, step] = [this.#outerGradient, this.#step];
    problem.inner(x, lambda, gradient);
    this.evaluations++;
    let norm = largestEntry(gradient);
    for (let i = 0; i < 5 && norm > goal; i++) {
      step.fill(0);
      this.products += this.#newton.solve(
        (v, product) => problem.hessianProduct(x, lambda, v, product),
        gradient,
        step,
        1e-3,
      );
      for (let j = 0; j < x.length; j++) x[j] = (x[j] as number) - (step[j] as number);
      problem.inner(x, lambda, gradient);
      this.evaluations++;
      const next = largestEntry(gradient);
      if (!(next < norm)) {
        for (let j = 0; j < x.length; j++) x[j] = (x[j] as number) + (step[j] as number);
        return;
      }
      norm = next;
    }
  }
}

/** @throws AsktellError `invalid-argument` */
function checkProblem(problem: unknown): void {
  const given = (problem ?? {}) as { readonly [name: string]: unknown };
  for (const name of ['dimensions', 'hyperparameters'])
    if (!(Number.isSafeInteger(given[name]) && (given[name] as number) >= 1))
      throw new AsktellError(
        'invalid-argument',
        `ImplicitGradient: ${name} of the problem must be a whole number, 1 or more, not ${show(given[name])}.`,
      );
  for (const name of members)
    if (typeof given[name] !== 'function')
      throw new AsktellError(
        'invalid-argument',
        `ImplicitGradient: ${name} of the problem must be a function, not ${show(given[name])}.`,
      );
}

/** @throws AsktellError `invalid-argument` */
export function checkLambda(where: string, length: number, lambda: Float64Array, gradient: Float64Array): void {
  for (const [name, array] of [
    ['lambda', lambda],
    ['gradient', gradient],
  ] as const)
    if (!(array instanceof Float64Array) || array.length !== length)
      throw new AsktellError(
        'invalid-argument',
        `${where}: ${name} must be a Float64Array of ${length} numbers, one for each hyperparameter, not ${show(array)}.`,
      );
  if (!isFiniteArray(lambda))
    throw new AsktellError('invalid-argument', `${where}: lambda must be finite, not ${show([...lambda])}.`);
}

/** The largest absolute entry. */
export function largestEntry(array: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < array.length; i++) largest = Math.max(largest, Math.abs(array[i] as number));
  return largest;
}

/** Whether all entries are finite. */
export function isFiniteArray(array: Float64Array): boolean {
  return Number.isFinite(dot(array, array)) || array.every(Number.isFinite);
}

function notFinite(what: string, value: number, lambda: Float64Array): AsktellError {
  return new AsktellError(
    'invalid-value',
    `ImplicitGradient: ${what} of the problem returned ${Number.isFinite(value) ? 'an infinite derivative or NaN' : value} at lambda ${show([...lambda])}. Narrow the range of lambda, or correct the function.`,
  );
}
