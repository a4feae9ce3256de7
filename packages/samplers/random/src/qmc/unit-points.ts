import { HaltonSequence, SobolSequence } from '@asktell/numerics';

/** A sequence of points in the unit cube. Dimensions are created on demand. */
export class UnitPoints {
  readonly maxDimensions: number;
  readonly #make: (dimensions: number) => SobolSequence | HaltonSequence;
  #sequence: SobolSequence | HaltonSequence | null = null;

  constructor(sequence: 'sobol' | 'halton', scramble: boolean, seed: number) {
    const isSobol = sequence === 'sobol';
    this.maxDimensions = isSobol ? SobolSequence.maxDimensions : HaltonSequence.maxDimensions;
    // Coordinates of a dimension do not depend on the total number of dimensions, so the sequence can be replaced by a wider one.
    this.#make = isSobol
      ? (dimensions) => new SobolSequence(dimensions, { scramble: scramble ? 'owen' : 'none', seed })
      : (dimensions) => new HaltonSequence(dimensions, { scramble, seed });
  }

  /** Coordinate `dimension` of point `index`, in [0, 1). */
  coordinate(index: number, dimension: number): number {
    let sequence = this.#sequence;
    if (sequence === null || dimension >= sequence.dimensions) {
      sequence = this.#make(Math.min(Math.max(8, 2 * dimension), this.maxDimensions));
      this.#sequence = sequence;
    }
    return sequence.coordinate(index, dimension);
  }
}
