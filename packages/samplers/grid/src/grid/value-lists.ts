import {
  type CompiledSpace,
  cardinality,
  type Distribution,
  describe,
  nthInternal,
  type ParamSpec,
  show,
  toInternal,
} from '@asktell/core';
import { badGrid, type CheckedGridOptions } from './options.ts';

/** Longest list of values that is taken from a range without being asked for. */
const longestRange = 10_000;

/**
 * The internal values that each parameter of a declared space takes in the grid, parallel to `space.params`.
 * @throws AsktellError `invalid-argument` for unknown names, values outside their distribution, and ranges that are no list
 */
export function valueLists(space: CompiledSpace, options: CheckedGridOptions): readonly (readonly number[])[] {
  const names = new Set(space.params.map(({ name }) => name));
  for (const name of [...options.grid.keys(), ...options.points.keys()]) {
    if (!names.has(name))
      throw badGrid(`the space has no parameter ${show(name)}; it has ${[...names].map(show).join(', ')}.`);
  }
  return space.params.map((param) => listOf(param, options));
}

function listOf({ name, dist }: ParamSpec, options: CheckedGridOptions): readonly number[] {
  const given = options.grid.get(name);
  if (given !== undefined) {
    return given.map((value) => {
      const x = toInternal(dist, value);
      if (Number.isNaN(x))
        throw badGrid(`${show(value)} among the values of ${show(name)} is no member of ${describe(dist)}.`);
      return x;
    });
  }
  const points = options.points.get(name);
  if (points !== undefined) return spread(name, dist, points);
  const count = cardinality(dist);
  if (count <= longestRange) return Array.from({ length: count }, (_, k) => nthInternal(dist, k));
  const size = count === Number.POSITIVE_INFINITY ? 'a continuous range' : `a range of ${count} values`;
  throw badGrid(
    `parameter ${show(name)} is ${describe(dist)}, ${size}; list its values in grid: { ${show(name)}: […] }, ` +
      `ask for some of them with points: { ${show(name)}: 5 }, or give it a (larger) step.`,
  );
}

/** `points` values from low to high, fewer where the distribution has fewer. */
function spread(name: string, dist: Distribution, points: number): readonly number[] {
  if (dist.kind === 'categorical')
    throw badGrid(`points of ${show(name)}: a categorical parameter has no scale; list its values in grid.`);
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
  if (dist.log) {
    const x = Math.exp(Math.log(low) + t * (Math.log(high) - Math.log(low)));
    return Math.min(Math.max(dist.kind === 'int' ? Math.round(x) : x, low), high);
  }
  return dist.step === null ? low + t * (high - low) : nthInternal(dist, Math.round(t * (count - 1)));
}
