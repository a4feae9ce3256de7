import {
  compileSpace,
  contains,
  drawInternal,
  fromUnit,
  isActive,
  type ParamSpec,
  type Rng,
  rngFor,
  type Scalar,
  toExternal,
  toInternal,
  toUnit,
} from '@asktell/core';
import { describe, expect, test } from 'vitest';
import { flatParams } from './flat-params.ts';
import { EvaluationFailed, type Problem, type ProblemParams } from './problem.ts';
import { problems } from './problems.ts';

type Flat = { readonly [name: string]: Scalar };

const single = problems.filter(({ optimum }) => optimum.kind === 'value');

function bestOf(problem: Problem): { readonly value: number; readonly params: Flat } {
  if (problem.optimum.kind !== 'value') throw new Error(`${problem.name} has no single optimum`);
  return { value: problem.optimum.value, params: flatParams(problem.optimum.params) };
}

/** The value, or infinity when the point is infeasible or the evaluation fails. */
function feasible(problem: Problem, params: ProblemParams): number {
  try {
    const { values, constraints = {} } = problem.objective(params);
    return Object.values(constraints).every((value) => value <= 0) ? (values[0] as number) : Number.POSITIVE_INFINITY;
  } catch (error) {
    if (error instanceof EvaluationFailed) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** A random point of the space. Parameters of `around` are drawn near its values. */
function drawPoint(problem: Problem, rng: Rng, around: Flat | null, radius: number): Flat {
  const { compiled } = compileSpace(problem.space);
  const x = new Float64Array(compiled.params.length).fill(Number.NaN);
  compiled.params.forEach(({ name, dist }, i) => {
    if (!isActive(compiled, i, x)) return;
    const centre = around?.[name];
    if (centre === undefined) x[i] = drawInternal(dist, rng);
    else if (dist.kind === 'categorical') x[i] = rng.float() < 0.1 ? drawInternal(dist, rng) : toInternal(dist, centre);
    else {
      const u = toUnit(dist, toInternal(dist, centre)) + radius * rng.normal();
      x[i] = rng.float() < 0.3 ? toInternal(dist, centre) : fromUnit(dist, Math.min(1, Math.max(0, u)));
    }
  });
  return Object.fromEntries(
    compiled.params.flatMap(({ name, dist }, i) =>
      Number.isNaN(x[i]) ? [] : [[name, toExternal(dist, x[i] as number)] as const],
    ),
  );
}

describe('the problem set', () => {
  test('names are unique and valid as file names', () => {
    const names = problems.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/);
  });

  test('both splits cover all families, with problems of their own', () => {
    const families = (split: Problem['split']) =>
      [...new Set(problems.filter((problem) => problem.split === split).map(({ family }) => family))].sort();
    expect(families('tune')).toEqual(families('report'));
    expect(families('tune')).toHaveLength(9);
    const optima = single.map(({ optimum }) => JSON.stringify(optimum));
    expect(new Set(optima).size).toBe(optima.length);
  });

  test('long problems exist in 10 and 20 dimensions', () => {
    const long = problems.filter(({ split, tags }) => split === 'report' && tags.includes('long'));
    for (const dimensions of ['10d', '20d']) {
      expect(long.filter(({ tags }) => tags.includes(dimensions)).length).toBeGreaterThanOrEqual(8);
    }
  });
});

describe.each(single.map((problem) => [problem.name, problem] as const))('%s', (_, problem) => {
  const best = bestOf(problem);

  test('attains its optimum at the stated point of its space', () => {
    const { compiled } = compileSpace(problem.space);
    for (const [name, value] of Object.entries(best.params)) {
      const spec = compiled.params.find((param) => param.name === name) as ParamSpec;
      expect(contains(spec.dist, value), `${name} = ${String(value)}`).toBe(true);
    }
    const value = feasible(problem, best.params);
    expect(Math.abs(value - best.value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(best.value)));
  });

  test('has no better point near the optimum or elsewhere', () => {
    const rng = rngFor(1, 0, problem.name);
    const slack = Math.min(problem.precision, 1e-8) * Math.max(1, Math.abs(best.value));
    for (let i = 0; i < 400; i++) {
      const point = drawPoint(problem, rng, i < 100 ? null : best.params, 10 ** (-1 - (i % 6)));
      expect(feasible(problem, point), JSON.stringify(point)).toBeGreaterThanOrEqual(best.value - slack);
    }
    // Random local searches must not find a better value either.
    for (let start = 0; start < 3; start++) {
      let point = drawPoint(problem, rng, null, 1);
      let value = feasible(problem, point);
      for (let i = 0; i < 300; i++) {
        const next = drawPoint(problem, rng, point, 0.3 * 0.98 ** i);
        const candidate = feasible(problem, next);
        if (candidate <= value) [point, value] = [next, candidate];
      }
      expect(value).toBeGreaterThanOrEqual(best.value - slack);
    }
  });

  test('is deterministic and gets worse away from the optimum', () => {
    const rng = rngFor(2, 0, problem.name);
    const values = Array.from({ length: 50 }, () => drawPoint(problem, rng, null, 1)).map((point) => {
      const value = feasible(problem, point);
      expect(feasible(problem, point)).toBe(value);
      return value;
    });
    expect(values.some((value) => value > best.value + 10 * problem.precision)).toBe(true);
    expect(values.some((value) => Number.isFinite(value))).toBe(true);
  });
});

test('optima of shifted, rotated and random problems are neither in the middle nor at the boundary', () => {
  for (const problem of single) {
    if (problem.family === 'table' || problem.tags.includes('2d')) continue;
    const { compiled } = compileSpace(problem.space);
    const { params } = bestOf(problem);
    for (const { name, dist } of compiled.params) {
      if (dist.kind === 'categorical' || !(name in params)) continue;
      const u = toUnit(dist, toInternal(dist, params[name]));
      const where = `${problem.name}, ${name} at ${u}`;
      if (dist.kind === 'float' && dist.step === null) expect(Math.abs(u - 0.5), where).toBeGreaterThan(0.02);
      expect(Math.abs(u - 0.5), where).toBeLessThan(0.45);
    }
  }
});
