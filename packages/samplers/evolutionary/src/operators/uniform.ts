import { inherit } from './inherit.ts';
import type { Crossover } from './operator.ts';

/**
 * Uniform crossover (Syswerda 1989): each gene comes from one of two parents with equal probability.
 * Knows no distances, so it also serves for mixed spaces; strong where parameters contribute independently.
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
