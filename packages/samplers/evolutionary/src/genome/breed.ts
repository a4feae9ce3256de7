import type { Rng } from '@asktell/core';
import type { Crossover, Mutation } from '../operators/operator.ts';
import type { GenomeSpace } from './genome-space.ts';

/** How children come about. */
export interface Breeding {
  readonly crossover: Crossover;
  readonly mutation: Mutation;
  /** Probability of a crossover; else the child starts as a copy of the first parent. */
  readonly crossoverRate: number;
}

/**
 * A child that is whole: crossover, then mutation; branch by branch. The child takes the tag of a `oneOf` from a parent and
 * the genes of that branch from those parents that have it; where neither has them, or a mutation entered another branch,
 * they are drawn uniformly.
 * @param parents genomes, `crossover.parents` of them
 * @param fixed internal values that the child must have, NaN = free
 * @param child of the space's size, overwritten
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
  genes.settle(child, fixed, rng);
  mutation.mutate(child, genes, rng);
  genes.settle(child, fixed, rng);
}
