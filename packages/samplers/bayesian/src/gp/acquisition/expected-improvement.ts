import { type GaussianProcess, logExpectedImprovement } from '@asktell/numerics';
import { PosteriorAcquisition } from './posterior-acquisition.ts';

/** The logarithm of the expected improvement on an incumbent, of targets that are to be minimised. */
export class LogExpectedImprovement extends PosteriorAcquisition {
  readonly incumbent: number;

  constructor(process: GaussianProcess, incumbent: number) {
    super(process);
    this.incumbent = incumbent;
  }

  protected override valueOf(mean: number, variance: number, slopes: Float64Array): number {
    const sigma = Math.sqrt(variance);
    const value = logExpectedImprovement(mean, sigma, this.incumbent, slopes);
    slopes[1] = (slopes[1] as number) / (2 * sigma);
    return value;
  }
}
