import type { Distribution } from '../distribution/distribution.ts';
import { distributionToOptuna } from '../distribution/optuna-json.ts';
import type { Json } from '../json.ts';
import type { Field, SpaceFields } from './builders.ts';
import type { DeclaredSpace } from './declared-space.ts';

/** The stored form of a declared space. Fields are arrays of pairs, because JSON objects may lose their order. */
export function encodeSpace(space: DeclaredSpace): Json {
  return {
    version: 1,
    fields: encodeFields(space.fields),
    // Predicates are functions, so `null` is stored in their place.
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
