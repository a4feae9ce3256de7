/**
 * A coordinate of the search vector that is cut into `count` ≥ 2 cells, one for each value. The outermost cells are open: whatever
 * lies beyond the first or last edge belongs to the first or last value.
 */
export interface DiscreteAxis {
  /** Coordinate in the vector. */
  readonly index: number;
  readonly count: number;
  /** The cell that v lies in, 0 … count - 1. */
  cell(v: number): number;
  /** The threshold between cells j and j + 1, j = 0 … count - 2. */
  edge(j: number): number;
  /** The point that stands for cell k. */
  center(k: number): number;
}
