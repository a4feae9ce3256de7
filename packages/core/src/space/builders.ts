import type { Distribution } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';

/** The fields of a space: a plain object of parameters, groups and choices between branches. */
export type SpaceFields = { readonly [name: string]: Field };

/** A choice between branches, each with its own parameters. */
export interface OneOf<B extends { readonly [tag: string]: SpaceFields } = { readonly [tag: string]: SpaceFields }> {
  readonly kind: 'oneOf';
  readonly branches: B;
}

/** Parameters under a common name. */
export interface Group<F extends SpaceFields = SpaceFields> {
  readonly kind: 'group';
  readonly fields: F;
}

export type Field = Distribution | OneOf | Group;

/**
 * A choice of exactly one branch. Parameters of the other branches are inactive. Under the key `model`,
 * `params.model` is `{ type: 'svm', c: … } | { type: 'forest', trees: … }`.
 * @throws AsktellError `invalid-space`
 * @example oneOf({ svm: { c: float(0.1, 10) }, forest: { trees: int(10, 100) } })
 */
export function oneOf<const B extends { readonly [tag: string]: SpaceFields }>(branches: B): OneOf<B> {
  if (
    typeof branches !== 'object' ||
    branches === null ||
    Array.isArray(branches) ||
    Object.keys(branches).length === 0
  ) {
    throw new AsktellError(
      'invalid-space',
      `oneOf: branches must be an object with at least one branch, such as { a: {}, b: { x: float(0, 1) } }, not ${show(branches)}.`,
    );
  }
  return { kind: 'oneOf', branches };
}

/**
 * Nests parameters under a common name. Under the key `optimizer`, `lr` is `params.optimizer.lr`, stored as `optimizer.lr`.
 * @throws AsktellError `invalid-space`
 * @example group({ lr: float(1e-4, 1e-1, { log: true }) })
 */
export function group<const F extends SpaceFields>(fields: F): Group<F> {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new AsktellError('invalid-space', `group: fields must be an object of parameters, not ${show(fields)}.`);
  }
  return { kind: 'group', fields };
}
