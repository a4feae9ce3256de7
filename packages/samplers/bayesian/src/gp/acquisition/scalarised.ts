import { type GaussianProcess, logNormalCdf, logNormalCdfSlope } from '@asktell/numerics';
import { exp, log, pow } from '@asktell/numerics/elementary';
import { PosteriorsAcquisition } from './posteriors-acquisition.ts';

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
export class LogScalarisedImprovement extends PosteriorsAcquisition {
  /** By node and objective: reference_k - weight_k t. */
  readonly #goals: Float64Array;
  /** By node: logarithm of its weight in the integral. */
  readonly #logSteps: Float64Array;
  readonly #slopes: Float64Array;
  readonly #total: Float64Array;
  readonly #terms: Float64Array = new Float64Array(nodes);

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
    super(processes);
    const m = processes.length;
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

  protected override value(): number {
    const m = this.means.length;
    const terms = this.#terms;
    const slopes = this.#slopes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < nodes; i++) {
      let term = this.#logSteps[i] as number;
      for (let k = 0; k < m; k++) {
        const variance = this.variances[k] as number;
        const sigma = Math.sqrt(variance);
        const u = ((this.#goals[i * m + k] as number) - (this.means[k] as number)) / sigma;
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
    for (let k = 0; k < m; k++) {
      this.byMeans[k] = (total[2 * k] as number) / sum;
      this.byVariances[k] = (total[2 * k + 1] as number) / sum;
    }
    return largest + log(sum);
  }
}
