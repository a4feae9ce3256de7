/**
 * A coordinate of the search vector that is divided into `count` ≥ 2 cells, one for each value. The first and last cell extend
 * to infinity.
 */
export interface DiscreteAxis {
  /** Index of the coordinate in the vector. */
  readonly index: number;
  readonly count: number;
  /** The cell that contains v, 0 … count - 1. */
  cell(v: number): number;
  /** The threshold between cells j and j + 1, j = 0 … count - 2. */
  edge(j: number): number;
  /** The coordinate that represents cell k. */
  center(k: number): number;
}
