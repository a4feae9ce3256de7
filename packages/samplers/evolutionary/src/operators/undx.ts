import { inherit, isShared, reflect } from './inherit.ts';
import type { Crossover } from './operator.ts';

/** Parents closer than this define no line. */
const noLength = 1e-14;

/**
 * Unimodal normal distribution crossover, UNDX (Ono and Kobayashi 1997). Children are normally distributed around the midpoint
 * of two parents. The standard deviation is `sigmaXi` times their distance along the line through them, and `sigmaEta`/√n
 * times the distance of the third parent from that line in every orthogonal direction (n = number of blended genes). The
 * values 0.5 and 0.35 preserve the mean and the covariance of the parents. Invariant under rotation and scaling. Reflected at
 * the bounds.
 */
export function undxCrossover(sigmaXi: number, sigmaEta: number): Crossover {
  return {
    name: 'undx',
    parents: 3,
    config: { kind: 'undx', sigmaXi, sigmaEta },
    cross(parents, genes, rng, child) {
      const [a, b, c] = parents as readonly [Float64Array, Float64Array, Float64Array];
      let [n, length2, along, offset2] = [0, 0, 0, 0];
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i)) {
          child[i] = inherit(parents, i, rng);
          continue;
        }
        const d = (b[i] as number) - (a[i] as number);
        const o = (c[i] as number) - (a[i] as number);
        n++;
        length2 += d * d;
        along += d * o;
        offset2 += o * o;
      }
      if (n === 0) return;
      const isPoint = length2 < noLength * noLength;
      const distance = Math.sqrt(Math.max(0, offset2 - (isPoint ? 0 : (along * along) / length2)));
      const across = (distance * sigmaEta) / Math.sqrt(n);
      const xi = rng.normal() * sigmaXi;
      // A normal vector minus its projection on the line is normal in the orthogonal space, so no basis is needed.
      let shadow = 0;
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i)) continue;
        const z = rng.normal();
        child[i] = z;
        shadow += z * ((b[i] as number) - (a[i] as number));
      }
      if (!isPoint) shadow /= length2;
      for (let i = 0; i < genes.size; i++) {
        if (!isShared(parents, genes, i)) continue;
        const d = (b[i] as number) - (a[i] as number);
        const middle = 0.5 * ((a[i] as number) + (b[i] as number));
        const normal = (child[i] as number) - (isPoint ? 0 : shadow * d);
        child[i] = reflect(middle + xi * d + across * normal);
      }
    },
  };
}
