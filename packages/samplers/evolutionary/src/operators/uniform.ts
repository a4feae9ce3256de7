import { inherit } from './inherit.ts';
import type { Crossover } from './operator.ts';

/**
 * Uniform crossover (Syswerda 1989): each gene comes from one of two parents with equal probability. It uses no distances and
 * therefore suits mixed spaces. Effective if parameters contribute independently.
 */
export function uniformCrossover(): Crossover {
  return {
    name: 'uniform',
    parents: 2,
    config: { kind: 'uniform' },
    cross(parents, genes, rng, child) {
      for (let i = 0; i < genes.size; i++) child[i] = inherit(parents, i, rng);
    },
  };
}
