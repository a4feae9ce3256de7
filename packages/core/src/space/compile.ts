import type { CategoricalDist, Distribution } from '../distribution/distribution.ts';
import { checkDistribution } from '../distribution/validate.ts';
import { AsktellError, show } from '../errors.ts';
import { hashString } from '../rng/hash.ts';
import type { Field, SpaceFields } from './builders.ts';
import type { CompiledSpace, ParamSpec } from './compiled-space.ts';
import type { Space } from './infer.ts';
import { toNested } from './nested.ts';
import { type Condition, isConstrained } from './where.ts';

/** Where the values of a nested `params` object come from: a tree parallel to the declared fields. */
export type Shape =
  | { readonly kind: 'leaf'; readonly param: number }
  | { readonly kind: 'group'; readonly fields: readonly (readonly [string, Shape])[] }
  | {
      readonly kind: 'oneOf';
      readonly param: number;
      readonly branches: readonly (readonly (readonly [string, Shape])[])[];
    };

/** A declared space, checked and flattened. */
export interface DeclaredSpace {
  /** `allows` covers the predicates; expressions are added by whoever can compile them. */
  readonly compiled: CompiledSpace;
  readonly fields: SpaceFields;
  readonly shape: readonly (readonly [string, Shape])[];
  readonly index: ReadonlyMap<string, number>;
  readonly conditions: readonly Condition[];
}

const compiledSpaces = new WeakMap<object, DeclaredSpace>();

function bad(message: string): AsktellError {
  return new AsktellError('invalid-space', message);
}

/** Longest name that Optuna's schema holds. */
export const maxNameLength = 512;

/**
 * Checks and flattens a space. Results are kept per object: declare a space once and pass the same object again.
 * @throws AsktellError `invalid-space`, `invalid-distribution`
 */
export function compileSpace(space: Space): DeclaredSpace {
  if (typeof space !== 'object' || space === null || Array.isArray(space)) {
    throw bad(`A space is an object such as { x: float(0, 1) }, not ${show(space)}.`);
  }
  const kept = compiledSpaces.get(space);
  if (kept !== undefined) return kept;
  if (typeof (space as { kind?: unknown }).kind === 'string' && !isConstrained(space)) {
    throw bad(`A space is an object of named fields; put ${show(space)} under a name, such as { x: … }.`);
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
          return predicates.every((predicate) => predicate(nested));
        });
  compiledSpaces.set(space, result);
  return result;
}

/** The same space with one more thing to hold. */
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
      `${prefix === '' ? 'A space' : `Group ${show(prefix.slice(0, -1))}`} must hold an object of fields, not ${show(fields)}.`,
    );
  const shape: (readonly [string, Shape])[] = [];
  for (const key of Object.keys(fields)) {
    if (key === '') throw bad('A field without a name: name it.');
    if (key === 'type')
      throw bad(`Field ${show(prefix + key)}: "type" is reserved for the branch of a oneOf; use another name.`);
    if (key === '__proto__')
      throw bad(`Field ${show(prefix + key)}: this name means something else in JavaScript; use another.`);
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
    throw bad(`Field ${show(name)}: oneOf needs an object with one branch at least, not ${show(branches)}.`);
  const tags = Object.keys(branches);
  const param = add(name, { kind: 'categorical', choices: tags } satisfies CategoricalDist, when, params, index);
  return {
    kind: 'oneOf',
    param,
    branches: tags.map((tag, choice) => {
      const branch = branches[tag] as SpaceFields;
      if (typeof branch !== 'object' || branch === null || typeof (branch as { kind?: unknown }).kind === 'string') {
        throw bad(
          `Branch ${show(`${name}.${tag}`)} must be an object of fields (it may be empty), not ${show(branch)}.`,
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
  if (index.has(name)) throw bad(`Two fields of the space get the flat name ${show(name)}; rename one of them.`);
  if ([...name].length > maxNameLength)
    throw bad(`The name ${show(name)} has more than ${maxNameLength} characters; shorten it.`);
  index.set(name, params.length);
  params.push({ name, dist, when });
  return params.length - 1;
}

/** 64 bits in hex over names, distributions, conditions. Predicates are told apart only by their number. */
function spaceId(params: readonly ParamSpec[], conditions: readonly Condition[]): string {
  const text = JSON.stringify(
    [params.map(({ name, dist, when }) => [name, dist, when]), conditions.map((c) => (typeof c === 'string' ? c : 0))],
    (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value),
  );
  return hashString(text)
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

/** A space that trials of a define-by-run study turned out to have. Always active, unconstrained. */
export function observedSpace(
  params: readonly { readonly name: string; readonly dist: Distribution }[],
): CompiledSpace {
  const specs = params.map(({ name, dist }) => ({ name, dist, when: null }));
  return { id: `observed-${spaceId(specs, [])}`, origin: 'observed', params: specs, allows: null };
}
