/** What operators know about a gene. Values of `Genes.kind`. */
export const numeric = 0;
/** A choice: never blended, mutated by drawing another choice. */
export const categorical = 1;
/** One value only: inherited, never mutated. */
export const constant = 2;

/**
 * The layout of a genome: a vector of the unit cube, one gene per parameter, NaN = inactive (a parameter of a branch that
 * this genome does not have).
 */
export interface Genes {
  /** Number of genes. */
  readonly size: number;
  /** {@link numeric}, {@link categorical} or {@link constant} by gene. */
  readonly kind: Uint8Array;
  /**
   * Where a mutation of gene `i` from `from` to `to` ends: `to` itself where it stands for another value; the neighbouring
   * value on that side for genes of few values, which a small move would leave unchanged. Both in [0, 1].
   */
  moved(i: number, from: number, to: number): number;
  /** A choice of categorical gene `i` other than that at `from`, from a uniform `u` in [0, 1). */
  otherChoice(i: number, from: number, u: number): number;
}
