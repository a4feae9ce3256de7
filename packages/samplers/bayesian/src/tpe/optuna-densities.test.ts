// For equal observations and points, log l(x) - log g(x) equals Optuna's. Fixture: make_optuna_densities.py.
import { readFileSync } from 'node:fs';
import type { Distribution } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { ageWeight } from './age-weights.ts';
import { type Axis, encode, makeAxis } from './axis.ts';
import { NeighbourKernels } from './neighbour-kernels.ts';
import { logPriorDensity, ParzenMixture } from './parzen-mixture.ts';
import { floorOf, optunaRecipe } from './recipe.ts';

const recipe = optunaRecipe(1);

interface Case {
  readonly name: string;
  readonly dists: readonly Distribution[];
  /** Internal values by parameter. */
  readonly good: readonly (readonly number[])[];
  readonly bad: readonly (readonly number[])[];
  readonly points: readonly (readonly number[])[];
  readonly logL: readonly number[];
  readonly logG: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL('./fixtures/optuna-densities.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

function codesOf(axes: readonly Axis[], columns: readonly (readonly number[])[]): Float64Array {
  const n = (columns[0] as readonly number[]).length;
  const codes = new Float64Array(n * axes.length);
  for (let i = 0; i < n; i++)
    axes.forEach((axis, j) => {
      codes[i * axes.length + j] = encode(axis, columns[j]?.[i] as number);
    });
  return codes;
}

function mixture(axes: readonly Axis[], columns: readonly (readonly number[])[]): ParzenMixture {
  const m = (columns[0] as readonly number[]).length;
  return new ParzenMixture(axes, codesOf(axes, columns), {
    floor: floorOf(recipe, m, m),
    priorWeight: recipe.priorWeight,
    weights: Float64Array.from({ length: m }, (_, k) => ageWeight(k, m)),
  });
}

/** The bad density as the sampler computes it. */
function neighbourKernels(
  precision: 'single' | 'double',
  axes: readonly Axis[],
  columns: readonly (readonly number[])[],
  points: Float64Array,
  out: Float64Array,
): void {
  const m = (columns[0] as readonly number[]).length;
  const d = axes.length;
  const codes = codesOf(axes, columns);
  const kernels = new NeighbourKernels(axes, { ...recipe, precision });
  for (let i = 0; i < m; i++) kernels.put(i, codes, i * d);
  kernels.setFloor(floorOf(recipe, m, m));
  const weights = Float64Array.from({ length: m }, (_, k) => ageWeight(k, m));
  const priors = Float64Array.from(out, (_, c) => logPriorDensity(axes, points, c * d));
  kernels.logDensities(m, weights, priors, recipe.priorWeight, points, out);
}

describe.each([
  ['double', 1e-9],
  ['single', 1e-5],
] as const)("log l(x) - log g(x) equals Optuna's, in %s precision", (precision, tolerance) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, { dists, good, bad, points, logL, logG }) => {
    const axes = dists.map((dist) => makeAxis(dist) as Axis);
    const at = codesOf(axes, points);
    const l = new Float64Array(logL.length);
    const g = new Float64Array(logG.length);
    mixture(axes, good).logDensities(at, l);
    neighbourKernels(precision, axes, bad, at, g);
    l.forEach((value, i) => {
      const theirs = (logL[i] as number) - (logG[i] as number);
      expect(Math.abs(value - (g[i] as number) - theirs)).toBeLessThan(tolerance * Math.max(1, Math.abs(theirs)));
    });
  });
});
