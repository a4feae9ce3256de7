import { normalCdf, normalQuantile } from '@asktell/numerics';
import type { CmaEs } from './cma-es.ts';
import type { DiscreteAxis } from './discrete-axis.ts';

const epsilon = 1e-8;

/**
 * Prevents discrete coordinates from getting stuck on one value: every neighbouring value has a minimum probability, the margin.
 * Corrects the mean and a diagonal factor A, so that a point is x = m + σ A y with y ~ N(0, C).
 *
 * Hamano, Saito, Nomura, Shirakawa, CMA-ES with Margin (GECCO 2022, arXiv:2205.13482), in the form of CatCMA with Margin (2025,
 * arXiv:2504.07884). There the probability of leaving the value of the mean may grow only after a successful mutation: a point
 * in the better half of the generation has another value than the mean.
 */
export class Margin {
  readonly axes: readonly DiscreteAxis[];
  /** The margin α. */
  readonly alpha: number;
  /** A, one factor for each of the n coordinates. 1 for continuous coordinates. */
  readonly factors: Float64Array;
  /** Probability of leaving the value of the mean after the last generation, for each discrete coordinate. */
  readonly mutationRates: Float64Array;

  constructor(axes: readonly DiscreteAxis[], n: number, alpha: number) {
    this.axes = axes;
    this.alpha = alpha;
    this.factors = new Float64Array(n).fill(1);
    this.mutationRates = new Float64Array(axes.length).fill(0.5 - epsilon);
  }

  /**
   * Finds successful mutations: whether a point of the better half has another value than the mean.
   * @param points λ × n, row-major, best first; only the first `mu` rows are read
   * @param succeeded one flag for each discrete coordinate, overwritten
   */
  findSuccesses(points: Float64Array, n: number, mu: number, mean: Float64Array, succeeded: Uint8Array): void {
    for (const [k, { index, cell }] of this.axes.entries()) {
      const meanCell = cell(mean[index] as number);
      succeeded[k] = 0;
      for (let i = 0; i < mu; i++) if (cell(points[i * n + index] as number) !== meanCell) succeeded[k] = 1;
    }
  }

  /**
   * Corrects the mean and A after an update.
   * @param succeeded the flags of {@link findSuccesses}
   */
  correct(search: CmaEs, succeeded: Uint8Array): void {
    for (let k = 0; k < this.axes.length; k++) {
      const axis = this.axes[k] as DiscreteAxis;
      const cell = axis.cell(search.mean[axis.index] as number);
      if (cell === 0 || cell === axis.count - 1) this.#correctEdge(search, k, axis, cell, succeeded[k] === 1);
      else this.#correctInside(search, k, axis, cell, succeeded[k] === 1);
    }
  }

  /** The mean has the first or last value: one threshold. Moves the mean or increases A until the margin is kept. */
  #correctEdge(
    search: CmaEs,
    k: number,
    { index, edge, center, count }: DiscreteAxis,
    cell: number,
    succeeded: boolean,
  ): void {
    const { mean, sigma, covariance } = search;
    const unscaled = sigma * Math.sqrt(covariance.variance(index));
    const m = mean[index] as number;
    const threshold = edge(Math.min(cell, count - 2));
    const distance = Math.abs(m - threshold);
    let rate = Math.max(normalCdf(-distance / (unscaled * (this.factors[index] as number))), this.alpha);
    if (!succeeded) rate = Math.min(rate, this.mutationRates[k] as number);
    rate = clip(rate);
    const minFactor = Math.abs(center(cell) - threshold) / (-normalQuantile(this.alpha) * unscaled);
    const factor = Math.max(this.factors[index] as number, minFactor);
    this.factors[index] = factor;
    mean[index] = threshold + Math.sign(m - threshold) * unscaled * factor * -normalQuantile(rate);
    this.mutationRates[k] = rate;
  }

  /** The mean has an inner value: two thresholds. Raises the masses to the margin, then solves for the mean and A. */
  #correctInside(search: CmaEs, k: number, { index, edge }: DiscreteAxis, cell: number, succeeded: boolean): void {
    const { mean, sigma, covariance } = search;
    const { alpha } = this;
    const unscaled = sigma * Math.sqrt(covariance.variance(index));
    const scale = unscaled * (this.factors[index] as number);
    const m = mean[index] as number;
    const lower = edge(cell - 1);
    const upper = edge(cell);
    let below = normalCdf((lower - m) / scale);
    let above = normalCdf((m - upper) / scale);
    let inside = 1 - below - above;
    const minInside = succeeded ? alpha / 2 : 1 - (this.mutationRates[k] as number);
    if (below >= alpha / 2 && above >= alpha / 2 && (succeeded || inside >= minInside)) {
      // No mass is too small. Solving would only add rounding errors, which are large for many narrow cells.
      this.mutationRates[k] = clip(below) + clip(above);
      return;
    }
    below = Math.max(below, alpha / 2);
    above = Math.max(above, alpha / 2);
    if (!succeeded) inside = Math.max(inside, minInside);
    const slack = below + above + inside - alpha - minInside;
    const excess = slack === 0 ? 0 : (1 - below - above - inside) / slack;
    below = clip(below + excess * (below - alpha / 2));
    above = clip(above + excess * (above - alpha / 2));
    const reachBelow = -normalQuantile(below);
    const reachAbove = -normalQuantile(above);
    this.factors[index] = (upper - lower) / ((reachBelow + reachAbove) * unscaled);
    mean[index] = (lower * reachAbove + upper * reachBelow) / (reachBelow + reachAbove);
    this.mutationRates[k] = below + above;
  }

  clone(): Margin {
    const copy = new Margin(this.axes, this.factors.length, this.alpha);
    copy.factors.set(this.factors);
    copy.mutationRates.set(this.mutationRates);
    return copy;
  }
}

function clip(probability: number): number {
  return Math.min(Math.max(probability, epsilon), 0.5 - epsilon);
}
