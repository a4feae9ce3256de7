import type { Direction } from './trial-record.ts';

/** The directions of a study, one per objective. The length is known to the compiler if they are written as a literal. */
export type Directions = readonly Direction[];

/** The directions of a study with one objective. */
export type OneDirection = readonly [Direction];

/** What an objective returns: one number per objective. A study with one objective accepts a number. */
export type Measured<D extends Directions> = number extends D['length']
  ? number | readonly number[]
  : D['length'] extends 1
    ? number | readonly [number]
    : { readonly [K in keyof D]: number };

/** The `this` of a method that returns the best trial. With several objectives, calling it is a compile error. */
export type ForOneObjective<D extends Directions> = number extends D['length']
  ? unknown
  : D['length'] extends 1
    ? unknown
    : 'Several objectives: use bestTrials(), the Pareto front.';
