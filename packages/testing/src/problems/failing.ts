import { categorical, float, int, oneOf, rngFor, type Scalar } from '@asktell/core';
import { floatProblem } from './continuous.ts';
import { flatParams } from './flat-params.ts';
import { ackley } from './functions/ackley.ts';
import { ellipsoid } from './functions/ellipsoid.ts';
import { levy } from './functions/levy.ts';
import { sphere } from './functions/sphere.ts';
import type { TestFunction } from './functions/test-function.ts';
import { landscape } from './landscape.ts';
import { randomOrthogonal } from './orthogonal.ts';
import { type Placed, placed, toVector } from './placement.ts';
import { EvaluationFailed, type Problem, type ProblemParams } from './problem.ts';

/** The same problem, but its objective throws where `fails` returns true. */
function failing(problem: Problem, fails: (params: ProblemParams) => boolean): Problem {
  return {
    ...problem,
    objective(params) {
      if (fails(params)) throw new EvaluationFailed(`${problem.name} cannot be measured here`);
      return problem.objective(params);
    },
  };
}

/** The signed distance of x from the optimum along a random direction, with each coordinate scaled by its range. */
function signedDistance({ low, high, optimum }: Placed, seed: number): (x: ArrayLike<number>) => number {
  const [direction] = randomOrthogonal(low.length, rngFor(seed, low.length, 'border'));
  return (x) =>
    low.reduce(
      (sum, from, i) =>
        sum + ((direction?.[i] as number) * ((x[i] as number) - (optimum[i] as number))) / ((high[i] as number) - from),
      0,
    );
}

/** Fails beyond a plane close to the optimum, in about half of the box. */
function halfSpace(f: TestFunction, dimensions: number, split: Problem['split'], seed: number): Problem {
  const where = placed(f, dimensions, seed, false);
  const side = signedDistance(where, seed);
  const middle = where.low.map((from, i) => (from + (where.high[i] as number)) / 2);
  const sign = side(middle) > 0 ? 1 : -1; // the larger side fails: the one with the middle
  const base = floatProblem(`failing-half-${f.name}-${dimensions}d`, where, {
    family: 'failing',
    split,
    tags: [f.name],
  });
  return failing(base, (params) => sign * side(toVector(params, dimensions)) > 0.2);
}

/** Fails in a slab next to the optimum that divides the box. */
function slab(f: TestFunction, dimensions: number, split: Problem['split'], seed: number): Problem {
  const where = placed(f, dimensions, seed, false);
  const side = signedDistance(where, seed);
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

/** Fails where `memoryUse` exceeds its value at the optimum times `slack`, like a model that runs out of memory. */
function memoryLimited(
  problem: Problem,
  memoryUse: (flat: { readonly [name: string]: Scalar }) => number,
  slack: number,
): Problem {
  const best = problem.optimum.kind === 'value' ? memoryUse(flatParams(problem.optimum.params)) : 0;
  return failing(problem, (params) => memoryUse(flatParams(params)) > best * slack);
}

/** Problems that throw in part of their space. */
export const failingProblems: readonly Problem[] = [
  halfSpace(sphere, 4, 'tune', 5),
  slab(levy, 3, 'tune', 6),
  memoryLimited(
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
  memoryLimited(
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
