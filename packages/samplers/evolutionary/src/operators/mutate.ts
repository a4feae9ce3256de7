import type { Rng } from '@asktell/core';
import { categorical, constant, type Genes, numeric } from './genes.ts';

/** Draws a new value in [0, 1] for a numeric gene with the value `from`. */
export type Move = (from: number, rng: Rng) => number;

/**
 * Mutates each active gene with probability `rate` (`null`: 1 / number of mutable genes). A categorical gene gets another
 * choice. A numeric gene gets the value of `move`, or a neighbouring value if that move does not change the parameter.
 */
export function mutateGenes(child: Float64Array, genes: Genes, rate: number | null, rng: Rng, move: Move): void {
  const probability = rate ?? 1 / mutableGenes(child, genes);
  for (let i = 0; i < genes.size; i++) {
    const kind = genes.kind[i];
    const from = child[i] as number;
    if (kind === constant || Number.isNaN(from) || rng.float() >= probability) continue;
    child[i] = kind === numeric ? genes.moved(i, from, move(from, rng)) : genes.otherChoice(i, from, rng.float());
  }
}

function mutableGenes(child: Float64Array, genes: Genes): number {
  let count = 0;
  for (let i = 0; i < genes.size; i++) {
    const kind = genes.kind[i];
    if ((kind === numeric || kind === categorical) && !Number.isNaN(child[i])) count++;
  }
  return count;
}
