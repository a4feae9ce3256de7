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
 * The parameters of a space, as the compiler infers them.
 * @example
 * const space = { lr: float(0, 1), act: categorical(['relu', 'tanh']) };
 * type Params = InferParams<typeof space>; // { lr: number; act: 'relu' | 'tanh' }
 */
export type InferParams<S> = S extends ConstrainedSpace<infer F> ? InferFields<F> : InferFields<S>;

/** Parameters of a trial whose space was not declared: flat names. */
export type FlatParams = { [name: string]: Scalar };

/** Some of the parameters, on every level: what may be enqueued. Of a `oneOf` the branch has to be said. */
export type PartialParams<P> = P extends { type: infer T }
  ? { type: T } & { [K in Exclude<keyof P, 'type'>]?: PartialParams<P[K]> }
  : P extends object
    ? { [K in keyof P]?: PartialParams<P[K]> }
    : P;
