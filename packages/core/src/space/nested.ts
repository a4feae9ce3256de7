import { toExternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import type { ParamSpec } from './compiled-space.ts';
import type { DeclaredSpace, Shape } from './declared-space.ts';

type Fields = readonly (readonly [string, Shape])[];
export type Nested = { [name: string]: Scalar | Nested };

/** The params object of a vector of internal values. Parameters that are NaN are omitted. */
export function toNested(space: DeclaredSpace, x: ArrayLike<number>): Nested {
  return nest(space.shape, space.compiled.params, x);
}

function nest(fields: Fields, params: readonly ParamSpec[], x: ArrayLike<number>): Nested {
  const out: Nested = {};
  for (const [key, shape] of fields) {
    if (shape.kind === 'group') {
      out[key] = nest(shape.fields, params, x);
      continue;
    }
    const value = x[shape.param] as number;
    if (Number.isNaN(value)) continue;
    const external = toExternal((params[shape.param] as ParamSpec).dist, value);
    if (shape.kind === 'leaf') out[key] = external;
    else out[key] = { type: external, ...nest(shape.branches[value] as Fields, params, x) };
  }
  return out;
}
