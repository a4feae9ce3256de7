import type { SpaceFields } from './builders.ts';

/** A constraint between parameters: a predicate on the typed params, or an expression such as `'x + y <= 1'`. */
export type Condition<P = never> = string | ((params: P) => boolean);

/** A space in which some combinations are forbidden. */
export interface ConstrainedSpace<F extends SpaceFields = SpaceFields> {
  readonly kind: 'where';
  readonly fields: F;
  readonly conditions: readonly Condition[];
}
