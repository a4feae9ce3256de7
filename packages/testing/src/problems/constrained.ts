import { categorical, float, int, rngFor } from '@asktell/core';
import { floatProblem } from './continuous.ts';
import { flatParams } from './flat-params.ts';
import { rastrigin } from './functions/rastrigin.ts';
import { landscape } from './landscape.ts';
import { randomOrthogonal } from './orthogonal.ts';
import { floatSpace, offCentre, placed, toParams, toVector } from './placement.ts';
import type { Problem } from './problem.ts';

/**
 * The squared distance to a point that `count` orthogonal planes make infeasible. The optimum is the closest feasible point.
 * It lies on all planes, 2 away from the infeasible point along each normal.
 */
function planes(dimensions: number, count: number, split: Problem['split'], seed: number): Problem {
  const rng = rngFor(seed, dimensions, 'planes');
  const low = Array<number>(dimensions).fill(-5);
  const high = Array<number>(dimensions).fill(5);
  const optimum = low.map(() => -5 + 10 * offCentre(rng));
  const normals = randomOrthogonal(dimensions, rng.fork('normals')).slice(0, count);
  const goal = optimum.map((value, i) => normals.reduce((sum, normal) => sum + 2 * (normal[i] as number), value));
  const evaluate = (x: ArrayLike<number>): number =>
    goal.reduce((sum, value, i) => sum + ((x[i] as number) - value) ** 2, 0);
  const base = floatProblem(
    `constrained-planes-${dimensions}d`,
    { low, high, optimum, evaluate },
    { family: 'constrained', split, tags: ['planes'] },
  );
  return {
    ...base,
    // Constraints are relative to `optimum`, so the stated optimum has exactly 0 and is feasible.
    objective: (params) => {
      const x = toVector(params, dimensions);
      const constraints = normals.map((normal, k) => {
        const behind = normal.reduce((sum, n, i) => sum + n * ((x[i] as number) - (optimum[i] as number)), 0);
        return [`plane${k + 1}`, behind] as const;
      });
      return { values: [evaluate(x)], constraints: Object.fromEntries(constraints) };
    },
    optimum: { kind: 'value', value: 4 * count, params: toParams(optimum) },
  };
}

/** Rastrigin's function inside a ball. The optimum is 0.01 inside its surface. */
function ball(dimensions: number, split: Problem['split'], seed: number): Problem {
  const where = placed(rastrigin, dimensions, seed, false);
  const radius = 4.5;
  const [direction = []] = randomOrthogonal(dimensions, rngFor(seed, dimensions, 'ball'));
  const inward = where.optimum.reduce((sum, value, i) => sum - value * (direction[i] as number), 0) > 0 ? 1 : -1;
  const reach = inward * (radius - 0.01);
  const base = floatProblem(`constrained-ball-${dimensions}d`, where, {
    family: 'constrained',
    split,
    tags: ['rastrigin'],
  });
  return {
    ...base,
    objective: (params) => {
      const x = toVector(params, dimensions);
      const squared = where.optimum.reduce(
        (sum, value, i) => sum + ((x[i] as number) - value - reach * (direction[i] as number)) ** 2,
        0,
      );
      return { ...base.objective(params), constraints: { ball: Math.sqrt(squared) - radius } };
    },
  };
}

/** Two feasible valleys, bounded by a sine and a circle (Gramacy et al. 2016). The optimum is moved inside by 1e-12. */
const gramacy: Problem = {
  name: 'constrained-gramacy',
  family: 'constrained',
  split: 'report',
  tags: ['2d'],
  space: floatSpace([0, 0], [1, 1]),
  objectives: 1,
  objective: (params) => {
    const [x, y] = toVector(params, 2) as unknown as [number, number];
    return {
      values: [x + y],
      constraints: {
        sine: 1.5 - x - 2 * y - 0.5 * Math.sin(2 * Math.PI * (x * x - 2 * y)),
        circle: x * x + y * y - 1.5,
      },
    };
  },
  noise: 0,
  optimum: { kind: 'value', value: 0.599788052011067, params: { x1: 0.19512268347207165, x2: 0.4046653685389958 } },
  precision: 1e-6,
};

/** Mishra's bird function inside a circle (Mishra 2006). Some of its best local minima are infeasible. */
const bird: Problem = {
  name: 'constrained-bird',
  family: 'constrained',
  split: 'tune',
  tags: ['2d'],
  space: floatSpace([-10, -6.5], [0, 0]),
  objectives: 1,
  objective: (params) => {
    const [x, y] = toVector(params, 2) as unknown as [number, number];
    const value =
      Math.sin(y) * Math.exp((1 - Math.cos(x)) ** 2) + Math.cos(x) * Math.exp((1 - Math.sin(y)) ** 2) + (x - y) ** 2;
    return { values: [value], constraints: { circle: (x + 5) ** 2 + (y + 5) ** 2 - 25 } };
  },
  noise: 0,
  optimum: { kind: 'value', value: -106.7645367492647, params: { x1: -3.1302468034546562, x2: -1.5821421769300335 } },
  precision: 1e-6,
};

function latency(): Problem {
  const base = landscape(
    {
      units: int(8, 1024, { log: true }),
      layers: int(1, 10),
      rate: float(1e-5, 1e-1, { log: true }),
      kernel: categorical([1, 3, 5, 7]),
    },
    { name: 'constrained-latency-4', family: 'constrained', split: 'report', seed: 61 },
  );
  const cost = (params: { readonly [name: string]: unknown }): number => {
    const flat = flatParams(params);
    return Math.log2((flat['units'] as number) * (flat['layers'] as number) * (flat['kernel'] as number));
  };
  const limit = base.optimum.kind === 'value' ? cost(base.optimum.params) + 0.2 : 0;
  return {
    ...base,
    objective: (params) => ({ ...base.objective(params), constraints: { latency: cost(params) - limit } }),
  };
}

/** Problems with outcome constraints. The optimum is on or near the boundary of the feasible region. */
export const constrainedProblems: readonly Problem[] = [
  planes(5, 1, 'tune', 9),
  ball(3, 'tune', 10),
  bird,
  planes(8, 2, 'report', 11),
  ball(4, 'report', 12),
  gramacy,
  latency(),
];
