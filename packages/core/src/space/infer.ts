import type { CategoricalDist, FloatDist, IntDist, Scalar } from '../distribution/distribution.ts';
import type { Group, OneOf, SpaceFields } from './builders.ts';
import type { ConstrainedSpace } from './constrained-space.ts';

/** Any declared space: plain fields, or fields with constraints between them. */
export type Space = SpaceFields | ConstrainedSpace;

// Editors and compilers print a mapped type under the name of its alias. Without one they print its properties, so the
// mapped types below are written out, and `& {}` drops the alias of an intersection.

type Merge<T> = { [K in keyof T]: T[K] } & {};

type InferField<F> = F extends FloatDist | IntDist
  ? number
  : F extends CategoricalDist<infer C>
    ? C
    : F extends OneOf<infer B>
      ? {
          [Tag in keyof B]: Merge<{ readonly type: Tag } & { readonly [K in keyof B[Tag]]: InferField<B[Tag][K]> }>;
        }[keyof B]
      : F extends Group<infer G>
        ? { readonly [K in keyof G]: InferField<G[K]> }
        : never;

/**
 * The type of the parameters of a space.
 * @example
 * const space = { lr: float(0, 1), act: categorical(['relu', 'tanh']) };
 * type Params = InferParams<typeof space>; // { readonly lr: number; readonly act: 'relu' | 'tanh' }
 */
export type InferParams<S> =
  S extends ConstrainedSpace<infer F>
    ? { readonly [K in keyof F]: InferField<F[K]> }
    : { readonly [K in keyof S]: InferField<S[K]> };

/** Parameters of a trial without a declared space, by flat name. */
export type FlatParams = { readonly [name: string]: Scalar };

/** A subset of the parameters on every level, as `enqueue` accepts it. A `oneOf` must have its branch. */
export type PartialParams<P> = P extends { readonly type: infer T }
  ? Merge<{ readonly type: T } & { readonly [K in keyof P as Exclude<K, 'type'>]?: PartialParams<P[K]> }>
  : P extends object
    ? { readonly [K in keyof P]?: PartialParams<P[K]> }
    : P;
