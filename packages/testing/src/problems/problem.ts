import type { Space } from '@asktell/core';

/** What kind of difficulty a problem stands for. Results are averaged inside a family, then compared across families. */
export type ProblemFamily =
  | 'smooth'
  | 'multimodal'
  | 'mixed'
  | 'conditional'
  | 'noisy'
  | 'failing'
  | 'constrained'
  | 'table'
  | 'multi-objective';

/** Parameters of one trial: nested as `trial.params` has them, or external values by flat name. */
export type ProblemParams = { readonly [name: string]: unknown };

/** What one evaluation gives. Everything is to be minimized. */
export interface Outcome {
  /** One value per objective. */
  readonly values: readonly number[];
  /** Outcome constraints by name, feasible when `<= 0`. */
  readonly constraints?: { readonly [name: string]: number };
}

/** The best that is possible: a value and a point where it is attained, or the hypervolume of the whole Pareto front. */
export type Optimum =
  | { readonly kind: 'value'; readonly value: number; readonly params: ProblemParams }
  | {
      readonly kind: 'front';
      /** Largest hypervolumes, each with its reference point. The first is the one that counts. */
      readonly hypervolumes: readonly { readonly reference: readonly number[]; readonly value: number }[];
    };

/**
 * A function to minimize of which the optimum is known. Problems used to choose a constant (`tune`) are never those that
 * report its effect (`report`).
 */
export interface Problem {
  /** Unique, also a file name. */
  readonly name: string;
  readonly family: ProblemFamily;
  readonly split: 'tune' | 'report';
  /** To select by: dimension (`10d`), `rotated`, name of the function, `long` (worth 2,000 evaluations), … */
  readonly tags: readonly string[];
  readonly space: Space;
  readonly objectives: number;
  /**
   * The value without noise, a pure function.
   * @throws EvaluationFailed in regions where nothing can be measured
   */
  readonly objective: (params: ProblemParams) => Outcome;
  /** Standard deviation of the Gaussian noise on what is observed, 0 for none; see `observe`. */
  readonly noise: number;
  readonly optimum: Optimum;
  /** Regrets at or below this count as solved, and are not told apart. */
  readonly precision: number;
}

/** Nothing can be measured here: what the objective of a problem with failing regions throws. */
export class EvaluationFailed extends Error {
  override readonly name = 'EvaluationFailed';
}
