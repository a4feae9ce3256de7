import { mutateGenes } from './mutate.ts';
import type { Mutation } from './operator.ts';

/** Reset mutation: a gene is redrawn uniformly from its range. */
export function resetMutation(rate: number | null = null): Mutation {
  return {
    name: 'reset',
    config: { kind: 'reset', rate },
    mutate: (child, genes, rng) => mutateGenes(child, genes, rate, rng, () => rng.float()),
  };
}
