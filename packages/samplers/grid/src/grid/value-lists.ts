import {
  type CompiledSpace,
  cardinality,
  type Distribution,
  describe,
  isLogScaled,
  nthInternal,
  type ParamSpec,
  show,
  toInternal,
} from '@asktell/core';
import { exp, log } from '@asktell/numerics/elementary';
import { badGrid, type CheckedGridOptions } from './options.ts';

/** Maximum number of values of a range without `grid` or `points`. */
const maxListed = 10_000;

/**
 * The internal values of each parameter of a declared space in the grid, in the order of `space.params`.
 * @throws AsktellError `invalid-argument` for unknown names, for values outside their distribution, for `points` of categorical
 * parameters, and for continuous or long ranges without `grid` and `points`
 */
export function valueLists(space: CompiledSpace, options: CheckedGridOptions): readonly (readonly number[])[] {
  const names = new Set(space.params.map(({ name }) => name));
  for (const name of [...options.grid.keys(), ...options.points.keys()]) {
    if (!names.has(name))
      throw badGrid(`the space has no parameter ${show(name)}. Its parameters are ${[...names].map(show).join(', ')}.`);
  }
  return space.params.map((param) => listOf(param, options));
}

function listOf({ name, dist }: ParamSpec, options: CheckedGridOptions): readonly number[] {
  const given = options.grid.get(name);
  if (given !== undefined) {
    return given.map((value) => {
      const x = toInternal(dist, value);
      if (Number.isNaN(x))
        throw badGrid(`the values of ${show(name)} must be members of ${describe(dist)}, not ${show(value)}.`);
      return x;
    });
  }
  const points = options.points.get(name);
  if (points !== undefined) return spread(name, dist, points);
  const count = cardinality(dist);
  if (count <= maxListed) return Array.from({ length: count }, (_, k) => nthInternal(dist, k));
  const range = count === Number.POSITIVE_INFINITY ? 'the continuous range' : `the ${count} values of`;
  throw badGrid(
    `parameter ${show(name)} must have at most ${maxListed} values, not ${range} ${describe(dist)}. ` +
      `List its values in grid: { ${show(name)}: […] }, set their number in points: { ${show(name)}: 5 }, or use a larger step.`,
  );
}

/** `points` values from low to high, or all values of the distribution if it has fewer. */
function spread(name: string, dist: Distribution, points: number): readonly number[] {
  if (dist.kind === 'categorical')
    throw badGrid(`points must name numeric parameters, not the categorical ${show(name)}. List its values in grid.`);
  const count = cardinality(dist);
  const last = points - 1;
  const out = new Set<number>();
  for (let k = 0; k < Math.min(points, count); k++) {
    if (points >= count) out.add(nthInternal(dist, k));
    else out.add(pointAt(dist, last === 0 ? 0.5 : k / last, count));
  }
  return [...out];
}

function pointAt(dist: Exclude<Distribution, { kind: 'categorical' }>, t: number, count: number): number {
  const { low, high } = dist;
  if (t === 0) return low;
  if (t === 1) return high;
  if (isLogScaled(dist)) {
    const x = exp(log(low) + t * (log(high) - log(low)));
    return Math.min(Math.max(dist.kind === 'int' ? Math.round(x) : x, low), high);
  }
  return dist.step === null ? low + t * (high - low) : nthInternal(dist, Math.round(t * (count - 1)));
}
