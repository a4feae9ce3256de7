import { pow } from '@asktell/numerics/elementary';
import { mutateGenes } from './mutate.ts';
import type { Mutation } from './operator.ts';

/**
 * Bounded polynomial mutation (Deb and Goyal 1996): mostly small moves, rarely large ones. A larger `eta` gives smaller moves.
 * Half of the moves go down and half go up. On each side the density is truncated at the bound.
 */
export function polynomialMutation(eta: number, rate: number | null = null): Mutation {
  const exponent = 1 / (eta + 1);
  const move = (from: number, rng: { float(): number }): number => {
    const u = rng.float();
    const room = u < 0.5 ? from : 1 - from;
    const t = u < 0.5 ? 2 * u : 2 * (1 - u);
    const q = 1 - pow(t + (1 - t) * pow(1 - room, eta + 1), exponent);
    return u < 0.5 ? Math.max(0, from - q) : Math.min(1, from + q);
  };
  return {
    name: 'polynomial',
    config: { kind: 'polynomial', eta, rate },
    mutate: (child, genes, rng) => mutateGenes(child, genes, rate, rng, move),
  };
}
