import { inherit, isShared } from './inherit.ts';
import type { Crossover } from './operator.ts';

/** Parents nearer than this have nothing to blend. */
const equal = 1e-14;

/**
 * Simulated binary crossover, bounded (Deb and Agrawal 1995; bounds after Deb and Beyer 2001): a child near either parent,
 * with the spread that one-point crossover of binary strings has. The larger `eta`, the nearer. Each gene is blended with
 * probability ½, else it comes from either parent. The spread is limited by the nearer bound on both sides, so that the mean
 * of the children is that of the parents.
 */
export function sbxCrossover(eta: number): Crossover {
  const exponent = 1 / (eta + 1);
  return {
    name: 'sbx',
    parents: 2,
    config: { kind: 'sbx', eta },
    cross(parents, genes, rng, child) {
      const [one, other] = parents as readonly [Float64Array, Float64Array];
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i) || rng.float() < 0.5) {
          child[i] = inherit(parents, i, rng);
          continue;
        }
        const [u, side] = [rng.float(), rng.float()];
        const low = Math.min(one[i] as number, other[i] as number);
        const high = Math.max(one[i] as number, other[i] as number);
        const distance = high - low;
        if (distance < equal) {
          child[i] = side < 0.5 ? low : high;
          continue;
        }
        const beta = spread(u, 1 + (2 * Math.min(low, 1 - high)) / distance, eta, exponent);
        const middle = 0.5 * (low + high);
        const half = 0.5 * beta * distance;
        child[i] = side < 0.5 ? Math.max(0, middle - half) : Math.min(1, middle + half);
      }
    },
  };
}

/** The spread factor β of a uniform `u`, by the inverse of its distribution cut at `limit`. */
function spread(u: number, limit: number, eta: number, exponent: number): number {
  const alpha = 2 - limit ** -(eta + 1);
  const t = u * alpha;
  return t <= 1 ? t ** exponent : (1 / (2 - t)) ** exponent;
}
