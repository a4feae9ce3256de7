import { inherit, isShared, reflect } from './inherit.ts';
import type { Crossover } from './operator.ts';

const parentCount = 3;

/** Keeps the parents' covariance: a uniform draw from a simplex of m vertices has 1/(m + 1) of that of its vertices. */
export const simplexEpsilon: number = Math.sqrt(parentCount + 1);

/**
 * Simplex crossover (Tsutsui, Yamamura and Higuchi 1999): uniform in the triangle of three parents, expanded around its
 * centre by `epsilon`. Independent of rotation and scale. With ε = √(m + 1) = 2 for m = 3 parents ({@link simplexEpsilon})
 * the children have the parents' mean and covariance, whatever the dimension. Reflected at the bounds.
 */
export function spxCrossover(epsilon: number): Crossover {
  return {
    name: 'spx',
    parents: parentCount,
    config: { kind: 'spx', epsilon },
    cross(parents, genes, rng, child) {
      const [a, b, c] = parents as readonly [Float64Array, Float64Array, Float64Array];
      // Uniform barycentric weights of a triangle: sorted spacings of two uniforms.
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
