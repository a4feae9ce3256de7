import { pow } from '@asktell/numerics/elementary';
import { inherit, isShared, reflect } from './inherit.ts';
import type { Crossover } from './operator.ts';

/**
 * vSBX (Ballester and Carter 2003): a child near one parent, displaced by (β − 1)/2 times the distance between the parents,
 * towards the other parent or away from it with equal probability. β ≥ 1 comes from the tail of SBX. Unlike SBX, a child can be
 * on either side of each parent. Reflected at the bounds.
 */
export function vsbxCrossover(eta: number): Crossover {
  const exponent = 1 / (eta + 1);
  return {
    name: 'vsbx',
    parents: 2,
    config: { kind: 'vsbx', eta },
    cross(parents, genes, rng, child) {
      const [home, away] = (rng.float() < 0.5 ? parents : [parents[1], parents[0]]) as [Float64Array, Float64Array];
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i)) {
          child[i] = inherit(parents, i, rng);
          continue;
        }
        // One draw gives both u in (0, 1/2] and the side.
        const draw = rng.float();
        const u = draw < 0.5 ? 0.5 - draw : 1 - draw;
        const shift = 0.5 * (pow(1 / (2 * u), exponent) - 1) * ((home[i] as number) - (away[i] as number));
        child[i] = reflect((home[i] as number) + (draw < 0.5 ? shift : -shift));
      }
    },
  };
}
