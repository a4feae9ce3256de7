import { type GaussianProcess, logExpectedImprovement } from '@asktell/numerics';
import { exp, log } from '@asktell/numerics/elementary';
import { type Boxes, freeBoxes } from './boxes.ts';
import { PosteriorsAcquisition } from './posteriors-acquisition.ts';

/** Smaller sums, relative to the improvement without a front, are computed from logarithms. */
const least = 1e-6;
/** Boxes whose improvements at both bounds differ by less, relatively, are computed from the probability in their middle. */
const thin = 1e-7;

/** The improvements on the bounds of one objective. */
class Gains {
  readonly #bounds: Float64Array;
  /** By bound: log ψ, and its derivatives by mean and deviation. */
  readonly logs: Float64Array;
  readonly meanSlopes: Float64Array;
  readonly sigmaSlopes: Float64Array;
  /** ψ relative to that of the reference, and its derivatives. The last number is the one of -∞, which is 0. */
  readonly shares: Float64Array;
  readonly shareByMean: Float64Array;
  readonly shareBySigma: Float64Array;
  readonly #pair: Float64Array = new Float64Array(2);

  /** @param bounds the last one is the reference, which is the largest */
  constructor(bounds: Float64Array) {
    const n = bounds.length;
    this.#bounds = bounds;
    this.logs = new Float64Array(n);
    this.meanSlopes = new Float64Array(n);
    this.sigmaSlopes = new Float64Array(n);
    this.shares = new Float64Array(n + 1);
    this.shareByMean = new Float64Array(n + 1);
    this.shareBySigma = new Float64Array(n + 1);
  }

  /** Log ψ of the reference. */
  get largest(): number {
    return this.logs[this.logs.length - 1] as number;
  }

  compute(mean: number, sigma: number): void {
    const { logs, meanSlopes, sigmaSlopes, shares, shareByMean, shareBySigma } = this;
    const pair = this.#pair;
    for (let i = logs.length - 1; i >= 0; i--) {
      logs[i] = logExpectedImprovement(mean, sigma, this.#bounds[i] as number, pair);
      meanSlopes[i] = pair[0] as number;
      sigmaSlopes[i] = pair[1] as number;
      const share = exp((logs[i] as number) - this.largest);
      shares[i] = share;
      shareByMean[i] = share * (pair[0] as number);
      shareBySigma[i] = share * (pair[1] as number);
    }
  }

  /** Writes log (ψ(high) - ψ(low)) and its derivatives by mean and deviation. */
  subtract(low: number, high: number, out: Float64Array): void {
    const value = this.logs[high] as number;
    const byMean = this.meanSlopes[high] as number;
    const bySigma = this.sigmaSlopes[high] as number;
    const share = low === this.logs.length ? 0 : exp((this.logs[low] as number) - value);
    const rest = Math.max(1 - share, thin);
    out[0] = share === 0 ? value : value + log(rest);
    out[1] = share === 0 ? byMean : (byMean - share * (this.meanSlopes[low] as number)) / rest;
    out[2] = share === 0 ? bySigma : (bySigma - share * (this.sigmaSlopes[low] as number)) / rest;
  }
}

/**
 * The logarithm of the expected hypervolume improvement of three objectives that are to be minimised and modelled
 * independently. With the region that the front does not dominate cut into boxes from l to u, it is
 * Σ Π_k (ψ_k(u_k) - ψ_k(l_k)), where ψ(t) is the expected improvement on t (Yang, Emmerich, Deutz and Bäck, Efficient
 * computation of expected hypervolume improvement using box decomposition algorithms, 2019).
 */
export class LogHypervolumeImprovementOfThree extends PosteriorsAcquisition {
  readonly #boxes: Boxes;
  readonly #gains: readonly [Gains, Gains, Gains];
  readonly #terms: Float64Array;
  /** By box: derivatives of the logarithm of its term by mean and deviation of each objective. */
  readonly #slopes: Float64Array;
  readonly #difference: Float64Array = new Float64Array(3);
  readonly #total: Float64Array = new Float64Array(6);

  /**
   * @param front points that do not dominate each other, all below the reference, one after the other
   * @param reference worst values of the objectives that count
   */
  constructor(processes: readonly GaussianProcess[], front: Float64Array, reference: Float64Array) {
    super(processes);
    const n = front.length / 3;
    this.#boxes = freeBoxes(front);
    const gains = (k: number): Gains =>
      new Gains(Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? front[3 * i + k] : reference[k]) as number));
    this.#gains = [gains(0), gains(1), gains(2)];
    this.#terms = new Float64Array(this.#boxes.size);
    this.#slopes = new Float64Array(6 * this.#boxes.size);
  }

  protected override value(): number {
    const total = this.#total.fill(0);
    let largest = 0;
    for (let k = 0; k < 3; k++) {
      const gains = this.#gains[k] as Gains;
      gains.compute(this.means[k] as number, Math.sqrt(this.variances[k] as number));
      largest += gains.largest;
    }
    const share = this.#sum();
    const value = share > least ? largest + log(share) : this.#logSum(total.fill(0));
    const unit = share > least ? share : 1;
    for (let k = 0; k < 3; k++) {
      this.byMeans[k] = (total[2 * k] as number) / unit;
      this.byVariances[k] = (total[2 * k + 1] as number) / (2 * unit * Math.sqrt(this.variances[k] as number));
    }
    return value;
  }

  /** The sum over boxes, relative to the improvement without a front. Its derivatives go to `#total`. */
  #sum(): number {
    const { size, lowFirst, highFirst, highSecond, lowThird, highThird } = this.#boxes;
    const [first, second, third] = this.#gains;
    const [x, xm, xs] = [first.shares, first.shareByMean, first.shareBySigma];
    const [y, ym, ys] = [second.shares, second.shareByMean, second.shareBySigma];
    const [z, zm, zs] = [third.shares, third.shareByMean, third.shareBySigma];
    const total = this.#total;
    let sum = 0;
    let [byX, sigmaX, byY, sigmaY, byZ, sigmaZ] = [0, 0, 0, 0, 0, 0];
    for (let b = 0; b < size; b++) {
      const left = lowFirst[b] as number;
      const right = highFirst[b] as number;
      const top = highSecond[b] as number;
      const near = lowThird[b] as number;
      const far = highThird[b] as number;
      const width = (x[right] as number) - (x[left] as number);
      const height = y[top] as number;
      const depth = (z[far] as number) - (z[near] as number);
      const side = height * depth;
      sum += width * side;
      byX += side * ((xm[right] as number) - (xm[left] as number));
      sigmaX += side * ((xs[right] as number) - (xs[left] as number));
      byY += width * depth * (ym[top] as number);
      sigmaY += width * depth * (ys[top] as number);
      byZ += width * height * ((zm[far] as number) - (zm[near] as number));
      sigmaZ += width * height * ((zs[far] as number) - (zs[near] as number));
    }
    total[0] = byX;
    total[1] = sigmaX;
    total[2] = byY;
    total[3] = sigmaY;
    total[4] = byZ;
    total[5] = sigmaZ;
    return sum;
  }

  /** The logarithm of the sum, far from where an improvement is expected. Adds its derivatives to `total`. */
  #logSum(total: Float64Array): number {
    const { size, lowFirst, highFirst, highSecond, lowThird, highThird } = this.#boxes;
    const [first, second, third] = this.#gains;
    const terms = this.#terms;
    const slopes = this.#slopes;
    const difference = this.#difference;
    let largest = Number.NEGATIVE_INFINITY;
    for (let b = 0; b < size; b++) {
      const top = highSecond[b] as number;
      first.subtract(lowFirst[b] as number, highFirst[b] as number, difference);
      let term = (second.logs[top] as number) + (difference[0] as number);
      slopes[6 * b] = difference[1] as number;
      slopes[6 * b + 1] = difference[2] as number;
      slopes[6 * b + 2] = second.meanSlopes[top] as number;
      slopes[6 * b + 3] = second.sigmaSlopes[top] as number;
      third.subtract(lowThird[b] as number, highThird[b] as number, difference);
      term += difference[0] as number;
      slopes[6 * b + 4] = difference[1] as number;
      slopes[6 * b + 5] = difference[2] as number;
      terms[b] = term;
      largest = Math.max(largest, term);
    }
    let sum = 0;
    for (let b = 0; b < size; b++) sum += exp((terms[b] as number) - largest);
    for (let b = 0; b < size; b++) {
      const weight = exp((terms[b] as number) - largest) / sum;
      for (let p = 0; p < 6; p++) total[p] = (total[p] as number) + weight * (slopes[6 * b + p] as number);
    }
    return largest + log(sum);
  }
}
