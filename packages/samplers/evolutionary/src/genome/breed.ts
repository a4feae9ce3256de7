import type { Rng } from '@asktell/core';
import type { Crossover, Mutation } from '../operators/operator.ts';
import type { GenomeSpace } from './genome-space.ts';

/** The operators that create children. */
export interface Breeding {
  readonly crossover: Crossover;
  readonly mutation: Mutation;
  /** Probability of a crossover. Otherwise the child starts as a copy of the first parent. */
  readonly crossoverRate: number;
}

/**
 * Creates a complete child by crossover and mutation. The child inherits the tag of a `oneOf` from a parent, and the genes of
 * that branch from the parents that have it. If no parent has them, or if a mutation changed the branch, they are drawn
 * uniformly.
 * @param parents `crossover.parents` genomes
 * @param fixed internal values that the child must have, NaN = free
 * @param child `genes.size` numbers, overwritten
 */
export function breed(
  genes: GenomeSpace,
  { crossover, mutation, crossoverRate }: Breeding,
  parents: readonly Float64Array[],
  fixed: ArrayLike<number>,
  rng: Rng,
  child: Float64Array,
): void {
  if (rng.float() < crossoverRate) crossover.cross(parents, genes, rng, child);
  else child.set(parents[0] as Float64Array);
  genes.complete(child, fixed, rng);
  mutation.mutate(child, genes, rng);
  genes.complete(child, fixed, rng);
}
