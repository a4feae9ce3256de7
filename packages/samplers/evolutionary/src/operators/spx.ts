import { inherit, isShared, reflect } from './inherit.ts';
import type { Crossover } from './operator.ts';

const parentCount = 3;

/** Preserves the covariance: a uniform draw from a simplex with m vertices has 1/(m + 1) of the covariance of the vertices. */
export const simplexEpsilon: number = Math.sqrt(parentCount + 1);

/**
 * Simplex crossover, SPX (Tsutsui, Yamamura and Higuchi 1999): uniform in the triangle of three parents, expanded around its
 * centre by the factor `epsilon`. Invariant under rotation and scaling. With ε = √(m + 1) = 2 for m = 3 parents
 * ({@link simplexEpsilon}) the children have the mean and the covariance of the parents in any dimension. Reflected at the
 * bounds.
 */
export function spxCrossover(epsilon: number): Crossover {
  return {
    name: 'spx',
    parents: parentCount,
    config: { kind: 'spx', epsilon },
    cross(parents, genes, rng, child) {
      const [a, b, c] = parents as readonly [Float64Array, Float64Array, Float64Array];
      // The spacings of two sorted uniforms are uniform barycentric weights.
      const [u, v] = [rng.float(), rng.float()];
      const wa = Math.min(u, v);
      const wb = Math.abs(u - v);
      const wc = 1 - Math.max(u, v);
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i)) {
          child[i] = inherit(parents, i, rng);
          continue;
        }
        const [x, y, z] = [a[i] as number, b[i] as number, c[i] as number];
        const centre = (x + y + z) / 3;
        child[i] = reflect(centre + epsilon * (wa * (x - centre) + wb * (y - centre) + wc * (z - centre)));
      }
    },
  };
}
