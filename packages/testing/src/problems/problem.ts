import type { Space } from '@asktell/core';

/** The difficulty that a problem represents. Results are averaged within a family and compared across families. */
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

/** Parameters of one trial: nested like `trial.params`, or external values by flat name. */
export type ProblemParams = { readonly [name: string]: unknown };

/** The result of one evaluation. All objectives are minimized. */
export interface Outcome {
  /** One value per objective. */
  readonly values: readonly number[];
  /** Outcome constraints by name, feasible when `<= 0`. */
  readonly constraints?: { readonly [name: string]: number };
}

/** The optimum of a problem: its value and a point that attains it, or the hypervolume of the Pareto front. */
export type Optimum =
  | { readonly kind: 'value'; readonly value: number; readonly params: ProblemParams }
  | {
      readonly kind: 'front';
      /** Hypervolumes of the front, each with its reference point. Results are computed with the first one. */
      readonly hypervolumes: readonly { readonly reference: readonly number[]; readonly value: number }[];
    };

/**
 * A function to minimize with a known optimum. Problems for tuning constants (`tune`) are separate from problems for
 * reporting results (`report`).
 */
export interface Problem {
  /** Unique. Can be used as a file name. */
  readonly name: string;
  readonly family: ProblemFamily;
  readonly split: 'tune' | 'report';
  /** Tags for selection: dimension (`10d`), `rotated`, name of the function, `long` (suited to 2,000 evaluations), … */
  readonly tags: readonly string[];
  readonly space: Space;
  readonly objectives: number;
  /**
   * The outcome without noise. A pure function.
   * @throws EvaluationFailed in the failing regions of the problem
   */
  readonly objective: (params: ProblemParams) => Outcome;
  /** Standard deviation of the Gaussian noise that `observe` adds, 0 for none. */
  readonly noise: number;
  readonly optimum: Optimum;
  /** A regret at or below this value counts as solved. Smaller regrets are not distinguished. */
  readonly precision: number;
}

/** Thrown by an objective in the failing regions of its problem. */
export class EvaluationFailed extends Error {
  override readonly name = 'EvaluationFailed';
}
