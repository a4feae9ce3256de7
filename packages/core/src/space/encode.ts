import type { Distribution } from '../distribution/distribution.ts';
import { distributionFromOptuna, distributionToOptuna } from '../distribution/optuna-json.ts';
import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Field, SpaceFields } from './builders.ts';
import type { DeclaredSpace } from './compile.ts';
import type { ConstrainedSpace } from './where.ts';

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

type Pairs = readonly (readonly [string, Json])[];

/**
 * Reads {@link encodeSpace}'s form.
 * @throws AsktellError `invalid-space` when a predicate was part of it, or when it is not in this form
 */
export function decodeSpace(stored: Json): ConstrainedSpace {
  const { version, fields, conditions } = (stored ?? {}) as {
    version?: number;
    fields?: Pairs;
    conditions?: readonly (string | null)[];
  };
  if (version !== 1 || !Array.isArray(fields) || !Array.isArray(conditions)) {
    throw new AsktellError(
      'invalid-space',
      'The stored space is not in a form that this version reads; pass the space again.',
    );
  }
  if (conditions.includes(null)) {
    throw new AsktellError(
      'invalid-space',
      "The stored space has a predicate in where(…), and functions are not stored; pass the same space again, or write it as an expression such as 'a <= b'.",
    );
  }
  return { kind: 'where', fields: decodeFields(fields), conditions: conditions as string[] };
}

function decodeFields(pairs: Pairs): SpaceFields {
  return Object.fromEntries(pairs.map(([key, field]) => [key, decodeField(field)]));
}

function decodeField(stored: Json): Field {
  const field = stored as { group?: Pairs; oneOf?: readonly (readonly [string, Pairs])[] };
  if (field.group !== undefined) return { kind: 'group', fields: decodeFields(field.group) };
  if (field.oneOf !== undefined) {
    return {
      kind: 'oneOf',
      branches: Object.fromEntries(field.oneOf.map(([tag, fields]) => [tag, decodeFields(fields)])),
    };
  }
  return distributionFromOptuna(stored) as Field;
}
