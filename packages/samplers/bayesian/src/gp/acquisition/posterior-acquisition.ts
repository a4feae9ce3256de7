import { type GaussianProcess, Posterior, type PosteriorGradient, posteriorGradient } from '@asktell/numerics';
import { type Acquisition, operationsOf } from './acquisition.ts';

/** An acquisition that is a function of the posterior's mean and standard deviation at a point. */
export abstract class PosteriorAcquisition implements Acquisition {
  readonly process: GaussianProcess;
  readonly operations: number;
  readonly #posterior: Posterior;
  readonly #prediction: PosteriorGradient;
  readonly #slopes: Float64Array = new Float64Array(2);
  #mean: Float64Array = new Float64Array(0);
  #variance: Float64Array = new Float64Array(0);

  constructor(process: GaussianProcess) {
    this.process = process;
    this.operations = operationsOf([process]);
    this.#posterior = new Posterior(process);
    this.#prediction = posteriorGradient(process.kernel.columns);
  }

  /** The value for a mean and a variance. Writes the derivatives by them. */
  protected abstract valueOf(mean: number, variance: number, slopes: Float64Array): number;

  values(points: Float64Array, count: number, out: Float64Array): void {
    if (this.#mean.length < count) {
      this.#mean = new Float64Array(count);
      this.#variance = new Float64Array(count);
    }
    this.#posterior.predict(points, count, this.#mean, this.#variance);
    for (let c = 0; c < count; c++)
      out[c] = this.valueOf(this.#mean[c] as number, this.#variance[c] as number, this.#slopes);
  }

  evaluate(point: Float64Array, gradient: Float64Array): number {
    const prediction = this.#prediction;
    this.#posterior.evaluate(point, prediction);
    const value = this.valueOf(prediction.mean, prediction.variance, this.#slopes);
    const byMean = this.#slopes[0] as number;
    const byVariance = this.#slopes[1] as number;
    for (let j = 0; j < gradient.length; j++)
      gradient[j] =
        byMean * (prediction.meanGradient[j] as number) + byVariance * (prediction.varianceGradient[j] as number);
    return value;
  }
}
