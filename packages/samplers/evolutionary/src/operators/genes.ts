/** A value of `Genes.kind`: a number. Can be blended. */
export const numeric = 0;
/** A value of `Genes.kind`: a choice. Never blended; a mutation draws another choice. */
export const categorical = 1;
/** A value of `Genes.kind`: a parameter with a single value. Inherited, never mutated. */
export const constant = 2;

/** The layout of genomes. A genome is a vector in the unit cube with one gene per parameter. NaN = inactive. */
export interface Genes {
  /** Number of genes. */
  readonly size: number;
  /** {@link numeric}, {@link categorical} or {@link constant} by gene. */
  readonly kind: Uint8Array;
  /**
   * The result of moving numeric gene `i` from `from` to `to`, both in [0, 1]. It is `to`, or the neighbouring value in that
   * direction if `to` is the same value of a stepped parameter.
   */
  moved(i: number, from: number, to: number): number;
  /** Another choice of categorical gene `i` than that of `from`, drawn with a uniform `u` in [0, 1). */
  otherChoice(i: number, from: number, u: number): number;
}
