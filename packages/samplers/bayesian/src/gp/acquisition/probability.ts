import { type GaussianProcess, logNormalCdf, logNormalCdfSlope } from '@asktell/numerics';
import { PosteriorAcquisition } from './posterior-acquisition.ts';

/** The logarithm of the probability that what is observed, or with `noise` 0 the function, is at most a threshold. */
export class LogProbabilityBelow extends PosteriorAcquisition {
  readonly threshold: number;
  readonly #noise: number;

  constructor(process: GaussianProcess, threshold: number, noise: number) {
    super(process);
    this.threshold = threshold;
    this.#noise = noise;
  }

  protected override valueOf(mean: number, variance: number, slopes: Float64Array): number {
    const total = variance + this.#noise;
    const sigma = Math.sqrt(total);
    const u = (this.threshold - mean) / sigma;
    const slope = logNormalCdfSlope(u);
    slopes[0] = -slope / sigma;
    slopes[1] = (-slope * u) / (2 * total);
    return logNormalCdf(u);
  }
}
