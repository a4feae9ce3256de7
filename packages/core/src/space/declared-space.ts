import type { SpaceFields } from './builders.ts';
import type { CompiledSpace } from './compiled-space.ts';
import type { Condition } from './constrained-space.ts';

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

/** Longest name that Optuna's schema holds. */
export const maxNameLength = 512;
