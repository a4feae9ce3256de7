import { categorical, float, int, oneOf, rngFor, type Scalar } from '@asktell/core';
import { floatProblem } from './continuous.ts';
import { flatParams } from './flat-params.ts';
import { ackley } from './functions/ackley.ts';
import { ellipsoid } from './functions/ellipsoid.ts';
import type { TestFunction } from './functions/function.ts';
import { levy } from './functions/levy.ts';
import { sphere } from './functions/sphere.ts';
import { landscape } from './landscape.ts';
import { randomOrthogonal } from './orthogonal.ts';
import { type Placed, placed, toVector } from './placement.ts';
import { EvaluationFailed, type Problem, type ProblemParams } from './problem.ts';

/** The same problem, but nothing can be measured where `fails` says so. */
function failing(problem: Problem, fails: (params: ProblemParams) => boolean): Problem {
  return {
    ...problem,
    objective(params) {
      if (fails(params)) throw new EvaluationFailed(`${problem.name} cannot be measured here`);
      return problem.objective(params);
    },
  };
}

/** How far x lies from the optimum along a random direction, in ranges. */
function along({ low, high, optimum }: Placed, seed: number): (x: ArrayLike<number>) => number {
  const [direction] = randomOrthogonal(low.length, rngFor(seed, low.length, 'border'));
  return (x) =>
    low.reduce(
      (sum, from, i) =>
        sum + ((direction?.[i] as number) * ((x[i] as number) - (optimum[i] as number))) / ((high[i] as number) - from),
      0,
    );
}

/** Fails beyond a plane close to the optimum: about a half of the box, and the good region borders on it. */
function halfSpace(f: TestFunction, dimensions: number, split: Problem['split'], seed: number): Problem {
  const where = placed(f, dimensions, seed, false);
  const side = along(where, seed);
  const middle = where.low.map((from, i) => (from + (where.high[i] as number)) / 2);
  const sign = side(middle) > 0 ? 1 : -1; // the side with the middle fails: the larger one
  const base = floatProblem(`failing-half-${f.name}-${dimensions}d`, where, {
    family: 'failing',
    split,
    tags: [f.name],
  });
  return failing(base, (params) => sign * side(toVector(params, dimensions)) > 0.2);
}

/** Fails in a slab that cuts the box in two, on one side of the optimum. */
function slab(f: TestFunction, dimensions: number, split: Problem['split'], seed: number): Problem {
  const where = placed(f, dimensions, seed, false);
  const side = along(where, seed);
  const middle = where.low.map((from, i) => (from + (where.high[i] as number)) / 2);
  const sign = side(middle) > 0 ? 1 : -1;
  const base = floatProblem(`failing-slab-${f.name}-${dimensions}d`, where, {
    family: 'failing',
    split,
    tags: [f.name],
  });
  return failing(base, (params) => {
    const away = sign * side(toVector(params, dimensions));
    return away > 0.05 && away < 0.35;
  });
}

/** Fails where a product of two parameters is larger than it is at the optimum, as memory is used up. */
function memory(problem: Problem, load: (flat: { readonly [name: string]: Scalar }) => number, slack: number): Problem {
  const best = problem.optimum.kind === 'value' ? load(flatParams(problem.optimum.params)) : 0;
  return failing(problem, (params) => load(flatParams(params)) > best * slack);
}

/** Problems that throw in part of their space. */
export const failingProblems: readonly Problem[] = [
  halfSpace(sphere, 4, 'tune', 5),
  slab(levy, 3, 'tune', 6),
  memory(
    landscape(
      {
        units: int(16, 2048, { log: true }),
        layers: int(1, 12),
        rate: float(1e-5, 1e-1, { log: true }),
        activation: categorical(['relu', 'tanh', 'gelu']),
      },
      { name: 'failing-memory-4', family: 'failing', split: 'tune', seed: 43 },
    ),
    (flat) => (flat['units'] as number) * (flat['layers'] as number),
    1.3,
  ),
  halfSpace(ellipsoid, 5, 'report', 7),
  slab(ackley, 4, 'report', 8),
  memory(
    landscape(
      {
        batch: int(8, 1024, { log: true }),
        rate: float(1e-5, 1e-1, { log: true }),
        model: oneOf({
          plain: { width: int(8, 1024, { log: true }) },
          attention: { width: int(8, 1024, { log: true }), heads: categorical([1, 2, 4, 8]) },
        }),
      },
      { name: 'failing-conditional-6', family: 'failing', split: 'report', seed: 56 },
    ),
    (flat) =>
      (flat['batch'] as number) *
      ((flat['model.plain.width'] ?? flat['model.attention.width']) as number) *
      (flat['model'] === 'attention' ? 2 : 1),
    1.5,
  ),
];
