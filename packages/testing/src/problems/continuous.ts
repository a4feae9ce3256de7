import { ackley } from './functions/ackley.ts';
import { branin } from './functions/branin.ts';
import { ellipsoid } from './functions/ellipsoid.ts';
import { griewank } from './functions/griewank.ts';
import { hartmann3, hartmann6 } from './functions/hartmann.ts';
import { levy } from './functions/levy.ts';
import { michalewicz } from './functions/michalewicz.ts';
import { rastrigin } from './functions/rastrigin.ts';
import { rosenbrock } from './functions/rosenbrock.ts';
import { sphere } from './functions/sphere.ts';
import { styblinskiTang } from './functions/styblinski-tang.ts';
import type { TestFunction } from './functions/test-function.ts';
import { cutOff, floatSpace, type Placed, placed, toParams, toVector } from './placement.ts';
import type { Problem, ProblemFamily } from './problem.ts';

/** A problem that minimizes a placed function. */
export function floatProblem(
  name: string,
  placedFunction: Placed,
  rest: Pick<Problem, 'split' | 'tags'> & { readonly family: ProblemFamily; readonly noise?: number },
): Problem {
  const { low, high, optimum, evaluate } = placedFunction;
  return {
    name,
    family: rest.family,
    split: rest.split,
    tags: [...rest.tags, `${low.length}d`],
    space: floatSpace(low, high),
    objectives: 1,
    objective: (params) => ({ values: [evaluate(toVector(params, low.length))] }),
    noise: rest.noise ?? 0,
    optimum: { kind: 'value', value: evaluate(optimum), params: toParams(optimum) },
    precision: 1e-8,
  };
}

type Placement = 'shifted' | 'rotated' | 'cut';

function continuous(
  f: TestFunction,
  dimensions: number,
  split: Problem['split'],
  placement: Placement,
  tags: readonly string[] = [],
): Problem {
  const seed = split === 'tune' ? 1 : 2;
  const where =
    placement === 'cut' ? cutOff(f, dimensions, seed) : placed(f, dimensions, seed, placement === 'rotated');
  return floatProblem(`${f.name}-${dimensions}d-${placement}`, where, {
    family: f.family,
    split,
    tags: [f.name, placement, ...tags],
  });
}

const tune: readonly (readonly [TestFunction, number, Placement])[] = [
  [sphere, 5, 'shifted'],
  [sphere, 15, 'shifted'],
  [ellipsoid, 3, 'shifted'],
  [ellipsoid, 8, 'rotated'],
  [rosenbrock, 4, 'shifted'],
  [rosenbrock, 10, 'rotated'],
  [rastrigin, 5, 'shifted'],
  [rastrigin, 20, 'rotated'],
  [ackley, 3, 'rotated'],
  [ackley, 10, 'rotated'],
  [griewank, 5, 'rotated'],
  [levy, 4, 'shifted'],
  [levy, 10, 'rotated'],
  [styblinskiTang, 10, 'shifted'],
  [branin, 2, 'rotated'],
  [hartmann3, 3, 'rotated'],
  [hartmann6, 6, 'shifted'],
  [michalewicz, 10, 'cut'],
];

const report: readonly (readonly [TestFunction, number, Placement])[] = [
  [sphere, 3, 'shifted'],
  [ellipsoid, 5, 'rotated'],
  [rosenbrock, 2, 'shifted'],
  [rosenbrock, 6, 'rotated'],
  [rastrigin, 3, 'shifted'],
  [ackley, 5, 'shifted'],
  [griewank, 3, 'shifted'],
  [levy, 6, 'shifted'],
  [styblinskiTang, 5, 'shifted'],
  [styblinskiTang, 3, 'rotated'],
  [branin, 2, 'shifted'],
  [hartmann3, 3, 'shifted'],
  [hartmann6, 6, 'rotated'],
  [michalewicz, 2, 'cut'],
  [michalewicz, 5, 'cut'],
];

/** Functions that are used in 10 and 20 dimensions, also for runs of 2,000 evaluations. */
const long: readonly (readonly [TestFunction, 'shifted' | 'rotated'])[] = [
  [sphere, 'shifted'],
  [ellipsoid, 'rotated'],
  [rosenbrock, 'shifted'],
  [rastrigin, 'shifted'],
  [ackley, 'shifted'],
  [griewank, 'rotated'],
  [levy, 'shifted'],
  [styblinskiTang, 'rotated'],
];

/** The classic test functions: shifted, rotated, or on a part of their box. */
export const continuousProblems: readonly Problem[] = [
  ...tune.map(([f, n, placement]) => continuous(f, n, 'tune', placement, n >= 10 ? ['long'] : [])),
  ...report.map(([f, n, placement]) => continuous(f, n, 'report', placement)),
  ...[10, 20].flatMap((n) => long.map(([f, placement]) => continuous(f, n, 'report', placement, ['long']))),
];
