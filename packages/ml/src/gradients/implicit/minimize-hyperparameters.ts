import { AsktellError, type Checks, check, checkOptions, must, show } from '@asktell/core';
import { pow } from '@asktell/numerics/elementary';
import type { BilevelProblem } from './bilevel-problem.ts';
import { ImplicitGradient, type ImplicitGradientOptions, largestEntry } from './implicit-gradient.ts';
import { InverseHessian } from './inverse-hessian.ts';

/** Options of {@link minimizeHyperparameters}. */
export interface OuterLoopOptions extends ImplicitGradientOptions {
  /** Lower bounds of λ: one for all, or one each. Default -12, which suits logarithms of strengths. */
  readonly lower?: number | ArrayLike<number>;
  /** Upper bounds of λ. Default 12. */
  readonly upper?: number | ArrayLike<number>;
  /** Largest number of steps, each of which solves the inner problem once. Default 50. */
  readonly maxSteps?: number;
  /** Largest change of an entry of λ in one step. Default 2. */
  readonly maxChange?: number;
  /** The loop ends when the next step would change no entry of λ by more than this. Default 1e-3. */
  readonly stepTolerance?: number;
  /** Tolerance ε₀ of the first inner solve; see {@link ImplicitGradient.evaluate}. Default 1e-3. */
  readonly tolerance?: number;
  /** Factor of the tolerance from one step to the next, above 0 and below 1. The sum of the tolerances must be finite. Default 0.3. */
  readonly decrease?: number;
}

/** Outcome of {@link minimizeHyperparameters}. */
export interface OuterLoopOutcome {
  /** The best hyperparameters. */
  readonly lambda: Float64Array;
  /** The outer value at {@link lambda}. */
  readonly value: number;
  /** The gradient of the outer value at {@link lambda}. */
  readonly gradient: Float64Array;
  /** The solution of the inner problem at {@link lambda}. */
  readonly x: Float64Array;
  /** Whether the last step was small, as `stepTolerance` demands. `false`: `maxSteps` was reached. */
  readonly converged: boolean;
  /** Solves of the inner problem, evaluations of its gradient, and products with its Hessian. */
  readonly solves: number;
  readonly evaluations: number;
  readonly products: number;
  /** Every λ that was tried, with its value. */
  readonly path: readonly { readonly lambda: readonly number[]; readonly value: number }[];
}

const isBound = (value: unknown): boolean =>
  typeof value === 'number' ? !Number.isNaN(value) : typeof (value as ArrayLike<number> | null)?.length === 'number';
const positive = must(
  'a finite number above 0',
  (value) => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY,
);

const checks: Checks<OuterLoopOptions> = {
  solver: check.anything,
  maxProducts: check.anything,
  stepSize: check.anything,
  maxEvaluations: check.anything,
  lower: must('a number, or a list of numbers', isBound),
  upper: must('a number, or a list of numbers', isBound),
  maxSteps: check.count(1),
  maxChange: positive,
  stepTolerance: positive,
  tolerance: positive,
  decrease: must('a number above 0 and below 1', (value) => typeof value === 'number' && value > 0 && value < 1),
};

/**
 * Minimises the outer problem over λ with inexact gradients whose tolerance decreases (Pedregosa, ICML 2016, HOAG). A step
 * follows the gradient, preconditioned by the BFGS formula once two gradients show positive curvature. A step that raises
 * the value by more than the tolerance explains is taken back, and the next one is at most a quarter as long.
 *
 * @param start λ of the first step, which is moved into the bounds
 * @throws AsktellError `invalid-argument`, and the errors of {@link ImplicitGradient.evaluate}
 * @example
 * const { lambda, value } = minimizeHyperparameters(linearProblem(X, y, { penalty: 'ridge' }), [0]);
 * console.log(`strength ${Math.exp(lambda[0])}, error ${value}`);
 */
export function minimizeHyperparameters(
  problem: BilevelProblem,
  start: ArrayLike<number>,
  options: OuterLoopOptions = {},
): OuterLoopOutcome {
  const where = 'minimizeHyperparameters';
  checkOptions(where, options, checks);
  const { maxSteps = 50, maxChange = 2, stepTolerance = 1e-3, tolerance = 1e-3, decrease = 0.3 } = options;
  const { solver, maxProducts, stepSize, maxEvaluations } = options;
  const objective = new ImplicitGradient(
    problem,
    Object.fromEntries(
      Object.entries({ solver, maxProducts, stepSize, maxEvaluations }).filter(([, value]) => value !== undefined),
    ),
  );
  const n = problem.hyperparameters;
  const lower = boundsOf(where, 'lower', options.lower ?? -12, n);
  const upper = boundsOf(where, 'upper', options.upper ?? 12, n);
  if (start?.length !== n || !Array.from(start).every(Number.isFinite))
    throw new AsktellError('invalid-argument', `${where}: start must be ${n} finite numbers, not ${show(start)}.`);
  const crossing = lower.findIndex((bound, j) => bound > (upper[j] as number));
  if (crossing >= 0)
    throw new AsktellError(
      'invalid-argument',
      `${where}: lower must not exceed upper, but ${lower[crossing]} > ${upper[crossing]} in entry ${crossing}.`,
    );
  const clip = (value: number, j: number): number => Math.max(lower[j] as number, Math.min(upper[j] as number, value));
  let lambda = Float64Array.from(start, clip);
  let gradient = new Float64Array(n);
  let best = objective.evaluate(lambda, gradient, tolerance);
  let x = objective.x.slice();
  const path = [{ lambda: [...lambda], value: best }];
  const model = new InverseHessian(n);
  let reach = Math.min(1, maxChange);
  let converged = false;
  for (let step = 1; step < maxSteps; step++) {
    const direction = model.direction(gradient, (j) => {
      const outward = (gradient[j] as number) > 0 ? lower : upper;
      return lambda[j] === outward[j];
    });
    const longest = largestEntry(direction);
    const scale = longest > 0 ? Math.min(model.isKnown ? 1 : Number.POSITIVE_INFINITY, reach / longest) : 0;
    const next = lambda.map((value, j) => clip(value + scale * (direction[j] as number), j));
    const change = next.map((value, j) => value - (lambda[j] as number));
    converged = largestEntry(change) <= stepTolerance;
    if (converged) break;
    const epsilon = tolerance * pow(decrease, step);
    const nextGradient = new Float64Array(n);
    const value = objective.evaluate(next, nextGradient, Math.max(1e-10, epsilon));
    path.push({ lambda: [...next], value });
    if (value > best + epsilon * Math.abs(best)) {
      reach = largestEntry(change) / 4;
      objective.x.set(x);
      continue;
    }
    reach = Math.min(maxChange, 2 * reach);
    model.update(
      change,
      nextGradient.map((entry, j) => entry - (gradient[j] as number)),
    );
    [lambda, gradient, best, x] = [next, nextGradient, value, objective.x.slice()];
  }
  const { solves, evaluations, products } = objective;
  return { lambda, value: best, gradient, x, converged, solves, evaluations, products, path };
}

function boundsOf(where: string, name: string, given: number | ArrayLike<number>, n: number): Float64Array {
  const bounds = typeof given === 'number' ? new Float64Array(n).fill(given) : Float64Array.from(given);
  if (bounds.length === n && !bounds.some(Number.isNaN)) return bounds;
  throw new AsktellError(
    'invalid-argument',
    `${where}: ${name} must be one number, or ${n} numbers, one for each hyperparameter, not ${show(Array.from(bounds))}.`,
  );
}
