import type { CategoricalDist, Distribution } from '../distribution/distribution.ts';
import { checkDistribution } from '../distribution/validate.ts';
import { AsktellError, show } from '../errors.ts';
import { yesOrNo } from '../yes-or-no.ts';
import type { Field, SpaceFields } from './builders.ts';
import type { ParamSpec } from './compiled-space.ts';
import { type DeclaredSpace, maxNameLength, type Shape } from './declared-space.ts';
import type { Space } from './infer.ts';
import { toNested } from './nested.ts';
import { spaceId } from './space-id.ts';
import { isConstrained } from './where.ts';

const compiledSpaces = new WeakMap<object, DeclaredSpace>();

function bad(message: string): AsktellError {
  return new AsktellError('invalid-space', message);
}

/**
 * Checks and flattens a space. Results are cached per object, so declare a space once and pass the same object again.
 * @throws AsktellError `invalid-space`, `invalid-distribution`
 */
export function compileSpace(space: Space): DeclaredSpace {
  if (typeof space !== 'object' || space === null || Array.isArray(space)) {
    throw bad(`A space must be an object such as { x: float(0, 1) }, not ${show(space)}.`);
  }
  const cached = compiledSpaces.get(space);
  if (cached !== undefined) return cached;
  if (typeof (space as { kind?: unknown }).kind === 'string' && !isConstrained(space)) {
    throw bad(`A space must be an object of named fields, not ${show(space)}. Put it under a name, such as { x: … }.`);
  }
  const fields: SpaceFields = isConstrained(space) ? space.fields : space;
  const conditions = isConstrained(space) ? space.conditions : [];
  const params: ParamSpec[] = [];
  const index = new Map<string, number>();
  const shape = flatten(fields, '', null, params, index);
  const declared: DeclaredSpace = {
    compiled: { id: spaceId(params, conditions), origin: 'declared', params, allows: null },
    fields,
    shape,
    index,
    conditions,
  };
  const predicates = conditions.filter((condition) => typeof condition === 'function') as ((p: unknown) => boolean)[];
  const result =
    predicates.length === 0
      ? declared
      : withAllows(declared, (x) => {
          const nested = toNested(declared, x);
          return predicates.every((predicate) => yesOrNo(predicate(nested), 'invalid-space', 'where: a predicate'));
        });
  compiledSpaces.set(space, result);
  return result;
}

/** The space with an additional constraint. */
export function withAllows(space: DeclaredSpace, more: (x: Float64Array) => boolean): DeclaredSpace {
  const before = space.compiled.allows;
  return { ...space, compiled: { ...space.compiled, allows: before === null ? more : (x) => before(x) && more(x) } };
}

function flatten(
  fields: SpaceFields,
  prefix: string,
  when: ParamSpec['when'],
  params: ParamSpec[],
  index: Map<string, number>,
): (readonly [string, Shape])[] {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw bad(
      `${prefix === '' ? 'A space' : `Group ${show(prefix.slice(0, -1))}`} must be an object of fields, not ${show(fields)}.`,
    );
  const shape: (readonly [string, Shape])[] = [];
  for (const key of Object.keys(fields)) {
    if (key === '') throw bad('A field of the space has an empty name. Name it.');
    if (key === 'type')
      throw bad(`Field ${show(prefix + key)}: "type" is reserved for the branch of a oneOf. Use another name.`);
    if (key === '__proto__')
      throw bad(`Field ${show(prefix + key)}: this name has a special meaning in JavaScript. Use another name.`);
    shape.push([key, flattenField(fields[key] as Field, prefix + key, when, params, index)]);
  }
  return shape;
}

function flattenField(
  field: Field,
  name: string,
  when: ParamSpec['when'],
  params: ParamSpec[],
  index: Map<string, number>,
): Shape {
  const kind = typeof field === 'object' && field !== null ? (field as { kind?: unknown }).kind : undefined;
  if (kind === 'group') {
    return {
      kind: 'group',
      fields: flatten((field as { fields: SpaceFields }).fields, `${name}.`, when, params, index),
    };
  }
  if (kind !== 'oneOf') return { kind: 'leaf', param: add(name, leafDistribution(field, name), when, params, index) };
  const branches = (field as { branches: { readonly [tag: string]: SpaceFields } }).branches;
  if (typeof branches !== 'object' || branches === null || Object.keys(branches).length === 0)
    throw bad(`Field ${show(name)}: oneOf must have an object with at least one branch, not ${show(branches)}.`);
  const tags = Object.keys(branches);
  const param = add(name, { kind: 'categorical', choices: tags } satisfies CategoricalDist, when, params, index);
  return {
    kind: 'oneOf',
    param,
    branches: tags.map((tag, choice) => {
      const branch = branches[tag] as SpaceFields;
      if (typeof branch !== 'object' || branch === null || typeof (branch as { kind?: unknown }).kind === 'string') {
        throw bad(
          `Branch ${show(`${name}.${tag}`)} must be an object of fields, which may be empty, not ${show(branch)}.`,
        );
      }
      return flatten(branch, `${name}.${tag}.`, { param, choice }, params, index);
    }),
  };
}

function leafDistribution(field: unknown, name: string): Distribution {
  try {
    return checkDistribution(field);
  } catch (error) {
    throw new AsktellError('invalid-space', `Field ${show(name)}: ${(error as Error).message}`, { cause: error });
  }
}

function add(
  name: string,
  dist: Distribution,
  when: ParamSpec['when'],
  params: ParamSpec[],
  index: Map<string, number>,
): number {
  if (index.has(name)) throw bad(`Two fields of the space have the flat name ${show(name)}. Rename one of them.`);
  if ([...name].length > maxNameLength)
    throw bad(`The name ${show(name)} must have at most ${maxNameLength} characters. Shorten it.`);
  index.set(name, params.length);
  params.push({ name, dist, when });
  return params.length - 1;
}
