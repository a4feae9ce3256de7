import { inherit, isShared } from './inherit.ts';
import type { Crossover } from './operator.ts';

/**
 * BLX-α (Eshelman and Schaffer 1993): uniform in the bounding box of two parents, extended on each side by α times its width
 * and clipped to the bounds. With α = ½ the spread of a population is constant on average.
 */
export function blxCrossover(alpha: number): Crossover {
  return {
    name: 'blx',
    parents: 2,
    config: { kind: 'blx', alpha },
    cross(parents, genes, rng, child) {
      const [one, other] = parents as readonly [Float64Array, Float64Array];
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i)) {
          child[i] = inherit(parents, i, rng);
          continue;
        }
        const [a, b] = [one[i] as number, other[i] as number];
        const margin = alpha * Math.abs(a - b);
        const low = Math.max(0, Math.min(a, b) - margin);
        const high = Math.min(1, Math.max(a, b) + margin);
        child[i] = Math.min(high, low + rng.float() * (high - low));
      }
    },
  };
}
