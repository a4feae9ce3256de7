import {
  type GaussianProcess,
  logNormalCdf,
  logNormalCdfSlope,
  Posterior,
  type PosteriorGradient,
  posteriorGradient,
} from '@asktell/numerics';
import { exp, log, pow } from '@asktell/numerics/elementary';
import { type Acquisition, operationsOf } from './acquisition.ts';

/** Improvements at which the probability is looked at, from `least` to 1 times the largest one. */
const nodes = 24;
const least = 1e-5;

/**
 * The logarithm of the expected improvement of a scalarisation: the goal is max min_k (reference_k - y_k) / weight_k,
 * which is the Chebyshev distance from the reference along the weights, and a random direction stands for a random part
 * of the hypervolume (Zhang and Golovin, Random hypervolume scalarizations, 2020). Of independent objectives the
 * probability to reach t is Π_k Φ((reference_k - weight_k t - mean_k) / σ_k), and the expected improvement is its
 * integral from the best t on.
 */
export class LogScalarisedImprovement implements Acquisition {
  readonly operations: number;
  readonly #posteriors: readonly Posterior[];
  readonly #predictions: readonly PosteriorGradient[];
  /** By node and objective: reference_k - weight_k t. */
  readonly #goals: Float64Array;
  /** By node: logarithm of its weight in the integral. */
  readonly #logSteps: Float64Array;
  readonly #slopes: Float64Array;
  readonly #total: Float64Array;
  readonly #terms: Float64Array = new Float64Array(nodes);
  #means: Float64Array = new Float64Array(0);
  #variances: Float64Array = new Float64Array(0);

  /**
   * @param best the largest t so far
   * @param most the largest t that may be reached
   */
  constructor(
    processes: readonly GaussianProcess[],
    reference: Float64Array,
    weights: Float64Array,
    best: number,
    most: number,
  ) {
    const m = processes.length;
    this.operations = operationsOf(processes);
    this.#posteriors = processes.map((process) => new Posterior(process));
    this.#predictions = processes.map((process) => posteriorGradient(process.kernel.columns));
    this.#goals = new Float64Array(nodes * m);
    this.#logSteps = new Float64Array(nodes);
    this.#slopes = new Float64Array(2 * m * nodes);
    this.#total = new Float64Array(2 * m);
    const ratio = pow(least, -1 / (nodes - 1));
    for (let i = 0; i < nodes; i++) {
      const gain = (most - best) * least * pow(ratio, i);
      for (let k = 0; k < m; k++)
        this.#goals[i * m + k] = (reference[k] as number) - (weights[k] as number) * (best + gain);
      // Substitution by the logarithm of the gain; the first node stands for all smaller gains, too.
      this.#logSteps[i] = log(gain * (i === 0 ? 1 + 0.5 * log(ratio) : log(ratio)));
    }
  }

  values(points: Float64Array, count: number, out: Float64Array): void {
    const m = this.#posteriors.length;
    if (this.#means.length < m * count) {
      this.#means = new Float64Array(m * count);
      this.#variances = new Float64Array(m * count);
    }
    this.#posteriors.forEach((posterior, k) => {
      posterior.predict(points, count, this.#means.subarray(k * count), this.#variances.subarray(k * count));
    });
    for (let c = 0; c < count; c++) {
      for (let k = 0; k < m; k++) {
        const prediction = this.#predictions[k] as PosteriorGradient;
        prediction.mean = this.#means[k * count + c] as number;
        prediction.variance = this.#variances[k * count + c] as number;
      }
      out[c] = this.#value();
    }
  }

  evaluate(point: Float64Array, gradient: Float64Array): number {
    this.#posteriors.forEach((posterior, k) => {
      posterior.evaluate(point, this.#predictions[k] as PosteriorGradient);
    });
    const value = this.#value();
    gradient.fill(0);
    this.#predictions.forEach(({ meanGradient, varianceGradient }, k) => {
      const byMean = this.#total[2 * k] as number;
      const byVariance = this.#total[2 * k + 1] as number;
      for (let j = 0; j < gradient.length; j++)
        gradient[j] =
          (gradient[j] as number) + byMean * (meanGradient[j] as number) + byVariance * (varianceGradient[j] as number);
    });
    return value;
  }

  /** The value at the predictions; derivatives by mean and variance of each objective go to `#total`. */
  #value(): number {
    const m = this.#posteriors.length;
    const terms = this.#terms;
    const slopes = this.#slopes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < nodes; i++) {
      let term = this.#logSteps[i] as number;
      for (let k = 0; k < m; k++) {
        const { mean, variance } = this.#predictions[k] as PosteriorGradient;
        const sigma = Math.sqrt(variance);
        const u = ((this.#goals[i * m + k] as number) - mean) / sigma;
        term += logNormalCdf(u);
        const slope = logNormalCdfSlope(u);
        const at = 2 * (i * m + k);
        slopes[at] = -slope / sigma;
        slopes[at + 1] = (-slope * u) / (2 * variance);
      }
      terms[i] = term;
      largest = Math.max(largest, term);
    }
    const total = this.#total.fill(0);
    let sum = 0;
    for (let i = 0; i < nodes; i++) {
      const weight = exp((terms[i] as number) - largest);
      sum += weight;
      for (let p = 0; p < 2 * m; p++) total[p] = (total[p] as number) + weight * (slopes[2 * i * m + p] as number);
    }
    for (let p = 0; p < 2 * m; p++) total[p] = (total[p] as number) / sum;
    return largest + log(sum);
  }
}
