import type { Distribution } from '../distribution/distribution.ts';
import { distributionToOptuna } from '../distribution/optuna-json.ts';
import type { Json } from '../json.ts';
import type { Field, SpaceFields } from './builders.ts';
import type { DeclaredSpace } from './declared-space.ts';

/** The stored form of a declared space. Arrays of pairs keep the order of fields, which JSON objects may lose. */
export function encodeSpace(space: DeclaredSpace): Json {
  return {
    version: 1,
    fields: encodeFields(space.fields),
    // A predicate is code: only its place is stored.
    conditions: space.conditions.map((condition) => (typeof condition === 'string' ? condition : null)),
  };
}

function encodeFields(fields: SpaceFields): Json {
  return Object.keys(fields).map((key) => [key, encodeField(fields[key] as Field)]);
}

function encodeField(field: Field): Json {
  if (field.kind === 'group') return { group: encodeFields(field.fields) };
  if (field.kind === 'oneOf') {
    return { oneOf: Object.keys(field.branches).map((tag) => [tag, encodeFields(field.branches[tag] as SpaceFields)]) };
  }
  const { name, attributes } = distributionToOptuna(field as Distribution);
  return { name, attributes };
}
