import type { Distribution, Proposal, SampleContext, Scalar, TrialHistory } from '@asktell/core';

/** The cells of one study's grid, and which trial belongs to which: what differs between declared and define-by-run spaces. */
export interface Grid {
  /** Number of cells. */
  readonly total: number;
  /** The cell that a finished trial has tried, -1 for none. */
  triedBy(row: number, history: TrialHistory): number;
  /** The cell that a running trial will try, -1 for none. */
  takenBy(row: number, history: TrialHistory): number;
  /** Whether `where` allows the cell. */
  allows(cell: number): boolean;
  /** The cells that agree with what is fixed for this trial; `null` when nothing is. */
  agreeing(ctx: SampleContext): Agreeing | null;
  /** The proposal that makes a trial try the cell. */
  proposal(cell: number, ctx: SampleContext): Proposal;
  /**
   * A parameter that the proposal left open.
   * @throws AsktellError `invalid-argument` when the grid should have a value for it and has none that fits
   */
  sampleOne(ctx: SampleContext, name: string, dist: Distribution): Scalar;
}

/** Part of a grid, cells numbered on their own. */
export interface Agreeing {
  readonly total: number;
  /** The number that the k-th of them has in the grid. */
  cell(k: number): number;
}
