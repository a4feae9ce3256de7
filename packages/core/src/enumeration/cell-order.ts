import { powerOfTwo } from '@asktell/numerics/elementary';
import { fmix32 } from '../rng/hash.ts';
import { rngFor } from '../rng/rng.ts';

/** The order in which the points of a finite space or the cells of a grid are tried: a permutation of 0 … total - 1. */
export type CellOrder = (position: number) => number;

/** The largest number of cells that {@link seededOrder} can permute. */
export const mostCells: number = 2 ** 52;

const rounds = 8;

/** Cells in ascending order. */
export const sequentialOrder: CellOrder = (position) => position;

/**
 * A permutation determined by the seed, computed per cell in constant expected time and memory: a Feistel network over the
 * next power of four with cycle walking (Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002).
 * @param total number of cells, at most {@link mostCells}
 */
export function seededOrder(total: number, seed: number): CellOrder {
  if (total <= 1) return sequentialOrder;
  let bits = 1;
  while (powerOfTwo(2 * bits) < total) bits++;
  const half = powerOfTwo(bits);
  const rng = rngFor(seed, 0, 'grid order');
  const keys = Int32Array.from({ length: rounds }, () => rng.int(-(2 ** 31), 2 ** 31 - 1));
  return (position) => {
    let cell = position;
    do {
      let left = Math.floor(cell / half);
      let right = cell % half;
      for (let r = 0; r < rounds; r++) {
        const next = left ^ (fmix32(right ^ (keys[r] as number)) & (half - 1));
        left = right;
        right = next;
      }
      cell = left * half + right;
    } while (cell >= total);
    return cell;
  };
}
