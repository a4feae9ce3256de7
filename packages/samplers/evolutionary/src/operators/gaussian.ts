import { reflect } from './inherit.ts';
import { mutateGenes } from './mutate.ts';
import type { Mutation } from './operator.ts';

/** Gaussian mutation: a normal step with standard deviation `sigma` as a fraction of the range, reflected at the bounds. */
export function gaussianMutation(sigma: number, rate: number | null = null): Mutation {
  return {
    name: 'gaussian',
    config: { kind: 'gaussian', sigma, rate },
    mutate: (child, genes, rng) => mutateGenes(child, genes, rate, rng, (from) => reflect(from + sigma * rng.normal())),
  };
}
