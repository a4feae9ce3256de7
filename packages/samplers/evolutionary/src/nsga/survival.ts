/** The results of the members of a population, one row per member. All arrays may be longer than `size`. */
export interface Outcomes {
  readonly size: number;
  /** Number of objectives. */
  readonly objectives: number;
  /** `size` × `objectives`, row-major; lower is better, ±Infinity allowed. */
  readonly losses: Float64Array;
  /** Sum of the constraint violations, 0 = feasible. */
  readonly violation: Float64Array;
  /** For each objective: the rows in ascending order of its loss, ties in lexicographic order of all losses. */
  readonly sorted: readonly Int32Array[];
}

/** Decides which members stay in a population and which are better parents. */
export interface Survival {
  /**
   * Rates each member relative to the others.
   * @param merit one number per row, overwritten; lower = better; a full population removes the member with the highest merit
   */
  judge(outcomes: Outcomes, merit: Float64Array): void;
}
