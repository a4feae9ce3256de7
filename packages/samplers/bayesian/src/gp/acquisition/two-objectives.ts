import { type GaussianProcess, logExpectedImprovement } from '@asktell/numerics';
import { exp, log } from '@asktell/numerics/elementary';
import { PosteriorsAcquisition } from './posteriors-acquisition.ts';

/** Strips whose improvements differ by less, relatively, are computed from the probability in their middle. */
const thin = 1e-7;

/**
 * The logarithm of the expected hypervolume improvement of two objectives that are to be minimised and modelled
 * independently. With the front cut into strips by its first objective, strip i from u_i to u_(i+1) with height v_i
 * below the reference, it is Σ_i (ψ₁(u_(i+1)) - ψ₁(u_i)) ψ₂(v_i), where ψ(t) is the expected improvement on t
 * (Emmerich, Deutz and Klinkenberg, Hypervolume-based expected improvement, 2011, rearranged).
 */
export class LogHypervolumeImprovementOfTwo extends PosteriorsAcquisition {
  /** Borders u_1 to u_(k+1) of the strips, ascending; u_0 is -∞. */
  readonly #borders: Float64Array;
  /** Heights v_0 to v_k, descending. */
  readonly #heights: Float64Array;
  readonly #terms: Float64Array;
  readonly #slopes: Float64Array;
  readonly #pair: Float64Array = new Float64Array(2);
  readonly #total: Float64Array = new Float64Array(4);

  /**
   * @param front points that do not dominate each other, first objective ascending: pairs, all below the reference
   * @param reference worst values of both objectives that count
   */
  constructor(
    processes: readonly [GaussianProcess, GaussianProcess],
    front: readonly (readonly [number, number])[],
    reference: readonly [number, number],
  ) {
    super(processes);
    this.#borders = Float64Array.from([...front.map(([x]) => x), reference[0]]);
    this.#heights = Float64Array.from([reference[1], ...front.map(([, y]) => y)]);
    this.#terms = new Float64Array(front.length + 1);
    this.#slopes = new Float64Array(4 * (front.length + 1));
  }

  protected override value(): number {
    const mean = this.means[0] as number;
    const mean2 = this.means[1] as number;
    const sigma = Math.sqrt(this.variances[0] as number);
    const sigma2 = Math.sqrt(this.variances[1] as number);
    const terms = this.#terms;
    const slopes = this.#slopes;
    const pair = this.#pair;
    const k = terms.length;
    let before = Number.NEGATIVE_INFINITY;
    let beforeByMean = 0;
    let beforeBySigma = 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < k; i++) {
      const at = 4 * i;
      const width = logExpectedImprovement(mean, sigma, this.#borders[i] as number, pair);
      const byMean = pair[0] as number;
      const bySigma = pair[1] as number;
      const share = exp(before - width);
      const rest = Math.max(1 - share, thin);
      slopes[at] = (byMean - share * beforeByMean) / rest;
      slopes[at + 1] = (bySigma - share * beforeBySigma) / rest;
      const height = logExpectedImprovement(mean2, sigma2, this.#heights[i] as number, pair);
      slopes[at + 2] = pair[0] as number;
      slopes[at + 3] = pair[1] as number;
      const term = width + log(rest) + height;
      terms[i] = term;
      largest = Math.max(largest, term);
      before = width;
      beforeByMean = byMean;
      beforeBySigma = bySigma;
    }
    const total = this.#total.fill(0);
    let sum = 0;
    for (let i = 0; i < k; i++) {
      const weight = exp((terms[i] as number) - largest);
      sum += weight;
      for (let p = 0; p < 4; p++) total[p] = (total[p] as number) + weight * (slopes[4 * i + p] as number);
    }
    for (let p = 0; p < 4; p++) total[p] = (total[p] as number) / sum;
    this.byMeans[0] = total[0] as number;
    this.byVariances[0] = (total[1] as number) / (2 * sigma);
    this.byMeans[1] = total[2] as number;
    this.byVariances[1] = (total[3] as number) / (2 * sigma2);
    return largest + log(sum);
  }
}
