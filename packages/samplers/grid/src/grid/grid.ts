import type { Distribution, Proposal, SampleContext, Scalar, TrialHistory } from '@asktell/core';

/** The cells of a grid, and the assignment of trials to cells. Differs between declared spaces and define-by-run studies. */
export interface Grid {
  /** Number of cells. */
  readonly total: number;
  /** The cell that a finished trial has tried, -1 if none. */
  triedBy(row: number, history: TrialHistory): number;
  /** The cell that a running trial will try, -1 if none. */
  takenBy(row: number, history: TrialHistory): number;
  /** Whether `where` allows the cell. */
  allows(cell: number): boolean;
  /** The cells that match the fixed values of a trial, `null` if nothing is fixed. */
  subgrid(ctx: SampleContext): Subgrid | null;
  /** The proposal of a cell. */
  proposal(cell: number, ctx: SampleContext): Proposal;
  /**
   * Samples a parameter that was not proposed.
   * @throws AsktellError `invalid-argument` when the grid has no value for the parameter, or a value outside `dist`
   */
  sampleOne(ctx: SampleContext, name: string, dist: Distribution): Scalar;
}

/** A part of a grid. */
export interface Subgrid {
  /** Number of cells. */
  readonly total: number;
  /** The grid's index of the k-th cell. */
  cell(k: number): number;
}
