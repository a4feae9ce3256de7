import type { Rng } from '@asktell/core';
import { categorical, constant, type Genes, numeric } from './genes.ts';

/** Draws a new place in [0, 1] for a numeric gene at `from`. */
export type Move = (from: number, rng: Rng) => number;

/**
 * What all mutations share: each active gene has its turn with probability `rate` (`null`: 1 / their number); a categorical
 * one gets another choice, a numeric one what `move` says, one value further at least where values are few.
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
