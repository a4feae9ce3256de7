import { checkDistribution } from '../distribution/validate.ts';
import type { SpaceFields } from './builders.ts';
import type { ParamSpec } from './compiled-space.ts';
import { type DeclaredSpace, maxNameLength, type Shape } from './declared-space.ts';
import type { Space } from './infer.ts';
import { spaceId } from './space-id.ts';

const compiledSpaces = new WeakMap<object, DeclaredSpace>();

/**
 * A space that holds parameters and nothing else: no groups, branches, conditions or mistakes. `null` for any other, which
 * needs the whole of `compileSpace`. Results are kept per object.
 */
export function compileLeaves(space: Space): DeclaredSpace | null {
  if (typeof space !== 'object' || space === null || Array.isArray(space)) return null;
  const kept = compiledSpaces.get(space);
  if (kept !== undefined) return kept;
  const params: ParamSpec[] = [];
  const index = new Map<string, number>();
  const shape: [string, Shape][] = [];
  for (const [name, field] of Object.entries(space)) {
    const param = params.length;
    if (['', 'type', '__proto__'].includes(name) || name.length > maxNameLength) return null;
    try {
      params.push({ name, dist: checkDistribution(field), when: null });
    } catch {
      return null;
    }
    index.set(name, param);
    shape.push([name, { kind: 'leaf', param }]);
  }
  const declared: DeclaredSpace = {
    compiled: { id: spaceId(params), origin: 'declared', params, allows: null },
    fields: space as SpaceFields,
    shape,
    index,
    conditions: [],
  };
  compiledSpaces.set(space, declared);
  return declared;
}
