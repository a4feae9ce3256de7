import { HaltonSequence, SobolSequence } from '@asktell/numerics';

/** One sequence of points in the unit cube, of which only as many dimensions are made as are asked for. */
export class UnitPoints {
  readonly maxDimensions: number;
  readonly #make: (dimensions: number) => SobolSequence | HaltonSequence;
  #sequence: SobolSequence | HaltonSequence | null = null;

  constructor(sequence: 'sobol' | 'halton', scramble: boolean, seed: number) {
    const isSobol = sequence === 'sobol';
    this.maxDimensions = isSobol ? SobolSequence.maxDimensions : HaltonSequence.maxDimensions;
    // A dimension is the same in every number of dimensions.
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
