import { inherit, isShared, reflect } from './inherit.ts';
import type { Crossover } from './operator.ts';

/** Lines shorter than this have no direction. */
const noLength = 1e-14;

/**
 * Unimodal normal distribution crossover (Ono and Kobayashi 1997): normal around the middle of two parents, with deviation
 * `sigmaXi` times their difference along it, and `sigmaEta`/√n times the third parent's distance from their line in every
 * direction across it (n = number of blended genes). ½ and 0.35 keep the parents' mean and covariance. Independent of
 * rotation and scale. Reflected at the bounds.
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
      // A normal vector less its part along the line is normal in the space across it: no basis is needed.
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
