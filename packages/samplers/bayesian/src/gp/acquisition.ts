import { type GaussianProcess, logExpectedImprovement, Posterior, type PosteriorGradient, posteriorGradient } from '@asktell/numerics';

/** What a search maximises, over points in the columns of a model. */
export interface Acquisition {
  /** Values of `count` points, one point after the other. */
  values(points: Float64Array, count: number, out: Float64Array): void;
  /** The value at a point; writes the derivatives by its numeric columns. */
  evaluate(point: Float64Array, gradient: Float64Array): number;
}

/** The logarithm of the expected improvement on an incumbent, for targets that are to be minimised. */
export class LogExpectedImprovement implements Acquisition {
  readonly process: GaussianProcess;
  readonly posterior: Posterior;
  readonly incumbent: number;
  readonly #numeric: number;
  readonly #derivatives: Float64Array = new Float64Array(2);
  readonly #prediction: PosteriorGradient;
  #mean: Float64Array = new Float64Array(0);
  #variance: Float64Array = new Float64Array(0);

  constructor(process: GaussianProcess, numeric: number, incumbent: number) {
    this.process = process;
    this.posterior = new Posterior(process);
    this.incumbent = incumbent;
    this.#numeric = numeric;
    this.#prediction = posteriorGradient(process.kernel.columns);
  }

  values(points: Float64Array, count: number, out: Float64Array): void {
    if (this.#mean.length < count) {
      this.#mean = new Float64Array(count);
      this.#variance = new Float64Array(count);
    }
    this.posterior.predict(points, count, this.#mean, this.#variance);
    for (let c = 0; c < count; c++)
      out[c] = logExpectedImprovement(
        this.#mean[c] as number,
        Math.sqrt(this.#variance[c] as number),
        this.incumbent,
      );
  }

  evaluate(point: Float64Array, gradient: Float64Array): number {
    const prediction = this.#prediction;
    this.posterior.evaluate(point, prediction);
    const sigma = Math.sqrt(prediction.variance);
    const value = logExpectedImprovement(prediction.mean, sigma, this.incumbent, this.#derivatives);
    const byMean = this.#derivatives[0] as number;
    const byVariance = (this.#derivatives[1] as number) / (2 * sigma);
    for (let j = 0; j < this.#numeric; j++)
      gradient[j] =
        byMean * (prediction.meanGradient[j] as number) + byVariance * (prediction.varianceGradient[j] as number);
    return value;
  }
}
