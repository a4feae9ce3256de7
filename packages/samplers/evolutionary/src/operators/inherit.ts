import type { Rng } from '@asktell/core';
import { type Genes, numeric } from './genes.ts';

/** Whether gene `i` can be blended: it is numeric and active in all parents. */
export function isShared(parents: readonly Float64Array[], genes: Genes, i: number): boolean {
  if (genes.kind[i] !== numeric) return false;
  for (const parent of parents) if (Number.isNaN(parent[i])) return false;
  return true;
}

/** Gene `i` of a random parent that has it, NaN if none has it. Draws a random number only if several parents have it. */
export function inherit(parents: readonly Float64Array[], i: number, rng: Rng): number {
  let count = 0;
  for (const parent of parents) if (!Number.isNaN(parent[i])) count++;
  if (count === 0) return Number.NaN;
  let left = count === 1 ? 0 : Math.floor(rng.float() * count);
  for (const parent of parents) {
    const gene = parent[i] as number;
    if (!Number.isNaN(gene) && left-- === 0) return gene;
  }
  return Number.NaN;
}

/**
 * Reflects a finite number into [0, 1]. Symmetric distributions stay symmetric far from the bounds, and no probability mass
 * accumulates on the bounds.
 */
export function reflect(u: number): number {
  if (u >= 0 && u <= 1) return u;
  const period = Math.abs(u) % 2;
  return period > 1 ? 2 - period : period;
}
