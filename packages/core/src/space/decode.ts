import { distributionFromOptuna } from '../distribution/optuna-reader.ts';
import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Field, SpaceFields } from './builders.ts';
import type { ConstrainedSpace } from './constrained-space.ts';

export type Pairs = readonly (readonly [string, Json])[];

/**
 * Reads the stored form of a declared space, as written by `encodeSpace`.
 * @throws AsktellError `invalid-space` when it contains a predicate, or has another form
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
      'The stored space has a form that this version cannot read. Pass the space again.',
    );
  }
  if (conditions.includes(null)) {
    throw new AsktellError(
      'invalid-space',
      "The stored space has a predicate in where(…), and functions are not stored. Pass the same space again, or write the predicate as an expression such as 'a <= b'.",
    );
  }
  return { kind: 'where', fields: decodeFields(fields), conditions: conditions as string[] };
}

/** Reads the fields of the stored form. */
export function decodeFields(pairs: Pairs): SpaceFields {
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
