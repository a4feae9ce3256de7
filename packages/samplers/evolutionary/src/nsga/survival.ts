/** What is known of the members of a population: one row each. All arrays may be longer than `size`. */
export interface Outcomes {
  readonly size: number;
  /** How many objectives there are. */
  readonly objectives: number;
  /** `size` × `objectives`, row-major; lower is better, ±Infinity allowed. */
  readonly losses: Float64Array;
  /** Sum of the constraints' violations, 0 = feasible. */
  readonly violation: Float64Array;
  /** By objective: the rows in ascending order of its loss, ties in lexicographic order of all losses. */
  readonly sorted: readonly Int32Array[];
}

/** Decides who stays in a population and who is the better parent. */
export interface Survival {
  /**
   * Judges each member among the others.
   * @param merit overwritten by row: lower = better; the highest leaves when the population is too large
   */
  judge(outcomes: Outcomes, merit: Float64Array): void;
}
