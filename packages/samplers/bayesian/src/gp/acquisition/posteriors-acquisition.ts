import { type GaussianProcess, Posterior, type PosteriorGradient, posteriorGradient } from '@asktell/numerics';
import { type Acquisition, operationsOf } from './acquisition.ts';

/** An acquisition that is a function of the posterior means and variances of several independent models at a point. */
export abstract class PosteriorsAcquisition implements Acquisition {
  readonly operations: number;
  /** By model: the mean and the variance at the point. */
  protected readonly means: Float64Array;
  protected readonly variances: Float64Array;
  /** By model: the derivatives by mean and by variance, for `value` to write. */
  protected readonly byMeans: Float64Array;
  protected readonly byVariances: Float64Array;
  readonly #posteriors: readonly Posterior[];
  readonly #predictions: readonly PosteriorGradient[];
  #batchMeans: Float64Array = new Float64Array(0);
  #batchVariances: Float64Array = new Float64Array(0);

  constructor(processes: readonly GaussianProcess[]) {
    this.operations = operationsOf(processes);
    this.means = new Float64Array(processes.length);
    this.variances = new Float64Array(processes.length);
    this.byMeans = new Float64Array(processes.length);
    this.byVariances = new Float64Array(processes.length);
    this.#posteriors = processes.map((process) => new Posterior(process));
    this.#predictions = processes.map((process) => posteriorGradient(process.kernel.columns));
  }

  /** The value at the present means and variances. Writes the derivatives by them. */
  protected abstract value(): number;

  values(points: Float64Array, count: number, out: Float64Array): void {
    const m = this.means.length;
    if (this.#batchMeans.length < m * count) {
      this.#batchMeans = new Float64Array(m * count);
      this.#batchVariances = new Float64Array(m * count);
    }
    this.#posteriors.forEach((posterior, k) => {
      posterior.predict(points, count, this.#batchMeans.subarray(k * count), this.#batchVariances.subarray(k * count));
    });
    for (let c = 0; c < count; c++) {
      for (let k = 0; k < m; k++) {
        this.means[k] = this.#batchMeans[k * count + c] as number;
        this.variances[k] = this.#batchVariances[k * count + c] as number;
      }
      out[c] = this.value();
    }
  }

  evaluate(point: Float64Array, gradient: Float64Array): number {
    this.#posteriors.forEach((posterior, k) => {
      const prediction = this.#predictions[k] as PosteriorGradient;
      posterior.evaluate(point, prediction);
      this.means[k] = prediction.mean;
      this.variances[k] = prediction.variance;
    });
    const value = this.value();
    gradient.fill(0);
    this.#predictions.forEach(({ meanGradient, varianceGradient }, k) => {
      const byMean = this.byMeans[k] as number;
      const byVariance = this.byVariances[k] as number;
      for (let j = 0; j < gradient.length; j++)
        gradient[j] =
          (gradient[j] as number) + byMean * (meanGradient[j] as number) + byVariance * (varianceGradient[j] as number);
    });
    return value;
  }
}
