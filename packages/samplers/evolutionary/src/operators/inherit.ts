import type { Rng } from '@asktell/core';
import { type Genes, numeric } from './genes.ts';

/** Whether gene `i` can be blended: numeric, and all parents have it. */
export function isShared(parents: readonly Float64Array[], genes: Genes, i: number): boolean {
  if (genes.kind[i] !== numeric) return false;
  for (const parent of parents) if (Number.isNaN(parent[i])) return false;
  return true;
}

/** Gene `i` of a parent drawn uniformly from those that have it, NaN when none has. Takes one number from the stream, or none. */
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
 * Folds a finite number into [0, 1] as if both ends were mirrors: symmetric offspring distributions stay symmetric far
 * from the bounds, and no mass gathers on them.
 */
export function reflect(u: number): number {
  if (u >= 0 && u <= 1) return u;
  const period = Math.abs(u) % 2;
  return period > 1 ? 2 - period : period;
}
