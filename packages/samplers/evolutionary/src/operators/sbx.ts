import { pow } from '@asktell/numerics/elementary';
import { inherit, isShared } from './inherit.ts';
import type { Crossover } from './operator.ts';

/** Parents closer than this count as equal. */
const equal = 1e-14;

/**
 * Bounded simulated binary crossover, SBX (Deb and Agrawal 1995; bounds after Deb and Beyer 2001). A child is near one of the
 * parents, with the spread of one-point crossover on binary strings. A larger `eta` gives smaller distances. Each gene is
 * blended with probability ½, otherwise inherited from one parent. The distance of the parents to their nearer bound limits
 * the spread on both sides, so that the children have the mean of the parents.
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

/** The spread factor β for a uniform `u`: the inverse of its distribution function truncated at `limit`. */
function spread(u: number, limit: number, eta: number, exponent: number): number {
  const alpha = 2 - pow(limit, -(eta + 1));
  const t = u * alpha;
  return t <= 1 ? pow(t, exponent) : pow(1 / (2 - t), exponent);
}
