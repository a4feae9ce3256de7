import { toExternal, toInternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { ParamSpec } from './compiled-space.ts';
import type { DeclaredSpace, Shape } from './declared-space.ts';

type Fields = readonly (readonly [string, Shape])[];

/**
 * Flat external values of a nested and possibly partial params object, as `enqueue` accepts it. Flat names are accepted, too.
 * @throws AsktellError `invalid-value` for an unknown name or branch
 */
export function toFlat(space: DeclaredSpace, nested: object): Map<string, unknown> {
  const out = new Map<string, unknown>();
  flattenInto(out, space.shape, space, nested as { readonly [key: string]: unknown }, '');
  return out;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function flattenInto(
  out: Map<string, unknown>,
  fields: Fields,
  space: DeclaredSpace,
  values: { readonly [key: string]: unknown },
  path: string,
): void {
  const shapes = new Map(fields);
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (value === undefined) continue;
    const name = path + key;
    const shape = shapes.get(key);
    if (shape?.kind === 'group' && isObject(value)) flattenInto(out, shape.fields, space, value, `${name}.`);
    else if (shape?.kind === 'oneOf' && isObject(value)) flattenChoice(out, shape, space, value, name);
    else if (shape !== undefined && shape.kind !== 'group') out.set(name, value);
    else if (path === '' && space.index.has(key)) out.set(key, value);
    else
      throw new AsktellError(
        'invalid-value',
        `The space has no parameter ${show(name)}. The parameters are ${[...space.index.keys()].join(', ')}.`,
      );
  }
}

function flattenChoice(
  out: Map<string, unknown>,
  shape: Shape & { kind: 'oneOf' },
  space: DeclaredSpace,
  value: { readonly [key: string]: unknown },
  name: string,
): void {
  const { type, ...rest } = value;
  const dist = (space.compiled.params[shape.param] as ParamSpec).dist;
  const choice = dist.kind === 'categorical' ? dist.choices.indexOf(type as Scalar) : -1;
  if (choice < 0) {
    throw new AsktellError(
      'invalid-value',
      `${show(name)}: type must be one of ${show((dist as { choices: unknown }).choices)}, not ${show(type)}.`,
    );
  }
  out.set(name, type);
  flattenInto(out, shape.branches[choice] as Fields, space, rest, `${name}.${String(type)}.`);
}

/**
 * Adds the branches that the values imply: a value of `model.svm.c` needs `model` to be `svm`.
 * @param isKnown whether the branch is known otherwise
 */
export function addBranches(
  { compiled, index }: DeclaredSpace,
  values: Map<string, Scalar>,
  isKnown: (name: string) => boolean,
): void {
  for (const name of [...values.keys()]) {
    for (let when = compiled.params[index.get(name) ?? -1]?.when ?? null; when !== null; ) {
      const parent = compiled.params[when.param] as ParamSpec;
      if (!values.has(parent.name) && !isKnown(parent.name))
        values.set(parent.name, toExternal(parent.dist, when.choice));
      when = parent.when;
    }
  }
}

/**
 * Refuses values of parameters that cannot be active. They would be dropped.
 * @param names flat names of the values that were given
 * @param valueFor the external value of a parameter, `undefined` if none is given
 * @throws AsktellError `invalid-value`
 */
export function requireActive(
  { compiled, index }: DeclaredSpace,
  names: Iterable<string>,
  valueFor: (name: string) => unknown,
): void {
  for (const name of names) {
    const when = compiled.params[index.get(name) ?? -1]?.when;
    if (when === undefined || when === null) continue;
    const parent = compiled.params[when.param] as ParamSpec;
    const needed = toExternal(parent.dist, when.choice);
    const given = valueFor(parent.name);
    if (toInternal(parent.dist, given) === when.choice) continue;
    throw new AsktellError(
      'invalid-value',
      given === undefined
        ? `${show(name)} needs the branch ${show(needed)}: give ${show(parent.name)} this value, too.`
        : `${show(name)} is inactive, because ${show(parent.name)} is ${show(given)} and not ${show(needed)}. Remove it, or choose the other branch.`,
    );
  }
}
