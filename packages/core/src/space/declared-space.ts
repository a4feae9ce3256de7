import type { SpaceFields } from './builders.ts';
import type { CompiledSpace } from './compiled-space.ts';
import type { Condition } from './constrained-space.ts';

/** A tree parallel to the declared fields that maps a nested `params` object to parameter indexes. */
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
  /** `allows` covers the predicates. The caller that can compile expressions adds them. */
  readonly compiled: CompiledSpace;
  readonly fields: SpaceFields;
  readonly shape: readonly (readonly [string, Shape])[];
  readonly index: ReadonlyMap<string, number>;
  readonly conditions: readonly Condition[];
}

/** The longest name in characters that Optuna's database schema allows. */
export const maxNameLength = 512;
