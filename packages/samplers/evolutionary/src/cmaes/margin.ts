import { normalCdf, normalQuantile } from '@asktell/numerics';
import type { CmaEs } from './cma-es.ts';
import type { DiscreteAxis } from './discrete-axis.ts';

const epsilon = 1e-8;

/**
 * Keeps discrete coordinates from being stuck on one value: every neighbouring value keeps some probability, the margin. Only the
 * mean and a diagonal factor A change, so that a point is x = m + σ A y with y ~ N(0, C).
 *
 * Hamano, Saito, Nomura, Shirakawa, CMA-ES with Margin (GECCO 2022, arXiv:2205.13482), in the form of CatCMA with Margin (2025,
 * arXiv:2504.07884): the probability of leaving the mean's value may grow only after a generation among whose better half some point had
 * left it (a successful mutation).
 */
export class Margin {
  readonly axes: readonly DiscreteAxis[];
  /** The margin α. */
  readonly alpha: number;
  /** A, one factor for each of the n coordinates; 1 where there is nothing to keep. */
  readonly factors: Float64Array;
  /** Probability of leaving the mean's value, by discrete coordinate, as of the last generation. */
  readonly mutationRates: Float64Array;

  constructor(axes: readonly DiscreteAxis[], n: number, alpha: number) {
    this.axes = axes;
    this.alpha = alpha;
    this.factors = new Float64Array(n).fill(1);
    this.mutationRates = new Float64Array(axes.length).fill(0.5 - epsilon);
  }

  /**
   * Whether, by discrete coordinate, a point of the better half has another value than the mean.
   * @param points λ × n, row-major, best first; the first `mu` rows are read
   */
  findSuccesses(points: Float64Array, n: number, mu: number, mean: Float64Array, succeeded: Uint8Array): void {
    for (const [k, { index, cell }] of this.axes.entries()) {
      const own = cell(mean[index] as number);
      succeeded[k] = 0;
      for (let i = 0; i < mu; i++) if (cell(points[i * n + index] as number) !== own) succeeded[k] = 1;
    }
  }

  /**
   * Corrects mean and A after an update.
   * @param succeeded by discrete coordinate: whether a point of the better half had another value than the mean
   */
  correct(search: CmaEs, succeeded: Uint8Array): void {
    for (let k = 0; k < this.axes.length; k++) {
      const axis = this.axes[k] as DiscreteAxis;
      const cell = axis.cell(search.mean[axis.index] as number);
      if (cell === 0 || cell === axis.count - 1) this.#correctEdge(search, k, axis, cell, succeeded[k] === 1);
      else this.#correctInside(search, k, axis, cell, succeeded[k] === 1);
    }
  }

  /** The mean is on the first or last value: one threshold. It comes nearer, or A grows, until it is passed often enough. */
  #correctEdge(
    search: CmaEs,
    k: number,
    { index, edge, center, count }: DiscreteAxis,
    cell: number,
    won: boolean,
  ): void {
    const { mean, sigma, covariance } = search;
    const unscaled = sigma * Math.sqrt(covariance.variance(index));
    const m = mean[index] as number;
    const threshold = edge(Math.min(cell, count - 2));
    const distance = Math.abs(m - threshold);
    let rate = Math.max(normalCdf(-distance / (unscaled * (this.factors[index] as number))), this.alpha);
    if (!won) rate = Math.min(rate, this.mutationRates[k] as number);
    rate = clip(rate);
    const least = Math.abs(center(cell) - threshold) / (-normalQuantile(this.alpha) * unscaled);
    const factor = Math.max(this.factors[index] as number, least);
    this.factors[index] = factor;
    mean[index] = threshold + Math.sign(m - threshold) * unscaled * factor * -normalQuantile(rate);
    this.mutationRates[k] = rate;
  }

  /** The mean is on an inner value: two thresholds. Masses are raised to the margin, then m and A solved for. */
  #correctInside(search: CmaEs, k: number, { index, edge }: DiscreteAxis, cell: number, won: boolean): void {
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
    const least = won ? alpha / 2 : 1 - (this.mutationRates[k] as number);
    if (below >= alpha / 2 && above >= alpha / 2 && (won || inside >= least)) {
      // Nothing to raise: solving would give m and A again, but for rounding, which is large for many narrow cells.
      this.mutationRates[k] = clip(below) + clip(above);
      return;
    }
    below = Math.max(below, alpha / 2);
    above = Math.max(above, alpha / 2);
    if (!won) inside = Math.max(inside, least);
    const room = below + above + inside - alpha - least;
    const excess = room === 0 ? 0 : (1 - below - above - inside) / room;
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
