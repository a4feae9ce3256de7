import type { CategoricalDist, FloatDist, IntDist, Scalar } from '../distribution/distribution.ts';
import type { Group, OneOf, SpaceFields } from './builders.ts';
import type { ConstrainedSpace } from './constrained-space.ts';

/** Any declared space: plain fields, or fields with constraints between them. */
export type Space = SpaceFields | ConstrainedSpace;

type Simplify<T> = { [K in keyof T]: T[K] } & {};

type InferBranch<Tag, F> = Simplify<{ type: Tag } & InferFields<F>>;

type InferField<F> = F extends FloatDist | IntDist
  ? number
  : F extends CategoricalDist<infer C>
    ? C
    : F extends OneOf<infer B>
      ? { [Tag in keyof B]: InferBranch<Tag, B[Tag]> }[keyof B]
      : F extends Group<infer G>
        ? InferFields<G>
        : never;

type InferFields<F> = { -readonly [K in keyof F]: InferField<F[K]> };

/**
 * The type of the parameters of a space.
 * @example
 * const space = { lr: float(0, 1), act: categorical(['relu', 'tanh']) };
 * type Params = InferParams<typeof space>; // { lr: number; act: 'relu' | 'tanh' }
 */
export type InferParams<S> = S extends ConstrainedSpace<infer F> ? InferFields<F> : InferFields<S>;

/** Parameters of a trial without a declared space, by flat name. */
export type FlatParams = { [name: string]: Scalar };

/** A subset of the parameters on every level, as `enqueue` accepts it. A `oneOf` must have its branch. */
export type PartialParams<P> = P extends { type: infer T }
  ? { type: T } & { [K in Exclude<keyof P, 'type'>]?: PartialParams<P[K]> }
  : P extends object
    ? { [K in keyof P]?: PartialParams<P[K]> }
    : P;
