import { mutateGenes } from './mutate.ts';
import type { Mutation } from './operator.ts';

/** Uniform reset: a gene is drawn afresh from its whole range. */
export function resetMutation(rate: number | null = null): Mutation {
  return {
    name: 'reset',
    config: { kind: 'reset', rate },
    mutate: (child, genes, rng) => mutateGenes(child, genes, rate, rng, () => rng.float()),
  };
}
