import { exp, pow } from '@asktell/numerics/elementary';
import type { Covariance } from './covariance.ts';
import type { LearningRates } from './learning-rate.ts';
import type { Ranking } from './ranking.ts';
import type { Strategy } from './strategy.ts';

const sigmaMax = 1e32;

/**
 * CMA-ES with weighted recombination, cumulative step-size adaptation and, if the strategy has negative weights, active
 * covariance update. Equation numbers refer to Hansen's tutorial (arXiv:1604.00772). Works on steps y = (x - m) / σ and their
 * ranks, without trials and objective values. The covariance is full, or diagonal for the separable variant.
 *
 * Only `update` changes the search.
 *
 * @example
 * const search = new CmaEs(fullStrategy(5, 8), new FullCovariance(5), new Float64Array(5), 0.3);
 * search.sampleStep(z, y); // x = search.mean + search.sigma * y
 * search.update(steps, search.strategy); // 8 × 5 steps, best first
 */
export class CmaEs {
  readonly strategy: Strategy;
  readonly covariance: Covariance;
  /** m */
  readonly mean: Float64Array;
  sigma: number;
  /** Evolution paths of the step size and of the rank-one update. */
  readonly pSigma: Float64Array;
  readonly pC: Float64Array;
  generation: number = 0;
  /** Learning-rate adaptation, `null` for full updates. */
  readonly rates: LearningRates | null;
  readonly #step: Float64Array;
  readonly #white: Float64Array;
  readonly #coefficients: Float64Array;

  constructor(
    strategy: Strategy,
    covariance: Covariance,
    mean: Float64Array,
    sigma: number,
    rates: LearningRates | null = null,
  ) {
    const { n, lambda } = strategy;
    this.strategy = strategy;
    this.covariance = covariance;
    this.mean = mean.slice();
    this.sigma = sigma;
    this.pSigma = new Float64Array(n);
    this.pC = new Float64Array(n);
    this.rates = rates;
    this.#step = new Float64Array(n);
    this.#white = new Float64Array(n);
    this.#coefficients = new Float64Array(lambda);
  }

  /** y ~ N(0, C) for a standard normal z. */
  sampleStep(z: Float64Array, y: Float64Array): void {
    this.covariance.sample(z, y);
  }

  /**
   * Updates the search with one generation.
   * @param steps λ × n, row-major, best first: y_i = (x_i - m) / σ with the current m and σ
   * @param ranking weights by rank
   */
  update(steps: Float64Array, ranking: Ranking): void {
    const { strategy, covariance, mean, pSigma, pC } = this;
    const { n, lambda, cSigma, dSigma, cC, c1, cMu, chiN } = strategy;
    const { recombination, weights, muEff } = ranking;
    const before = this.rates === null ? null : this.rates.begin(this);
    this.generation++;

    const step = this.#step.fill(0);
    for (let k = 0; k < lambda; k++) {
      const w = recombination[k] as number;
      if (w === 0) continue;
      for (let i = 0; i < n; i++) step[i] = (step[i] as number) + w * (steps[k * n + i] as number); // eq. 41
    }
    for (let i = 0; i < n; i++) mean[i] = (mean[i] as number) + this.sigma * (step[i] as number); // eq. 42, c_m = 1

    const white = this.#white;
    covariance.whiten(step, white);
    const push = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    let square = 0;
    for (let i = 0; i < n; i++) {
      const p = (1 - cSigma) * (pSigma[i] as number) + push * (white[i] as number); // eq. 43
      pSigma[i] = p;
      square += p * p;
    }
    const length = Math.sqrt(square);
    this.sigma = Math.min(this.sigma * exp((cSigma / dSigma) * (length / chiN - 1)), sigmaMax); // eq. 44

    const unbiased = length / Math.sqrt(1 - pow(1 - cSigma, 2 * (this.generation + 1)));
    const hSigma = unbiased < (1.4 + 2 / (n + 1)) * chiN ? 1 : 0;
    const pull = hSigma * Math.sqrt(cC * (2 - cC) * muEff);
    for (let i = 0; i < n; i++) pC[i] = (1 - cC) * (pC[i] as number) + pull * (step[i] as number); // eq. 45

    const coefficients = this.#coefficients;
    let sum = 0;
    for (let k = 0; k < lambda; k++) {
      const w = weights[k] as number;
      sum += w;
      // eq. 46: normalizes steps with negative weights, so that only their direction counts
      coefficients[k] = cMu * (w >= 0 ? w : (w * n) / (covariance.squaredLength(steps, k * n) + 1e-8));
    }
    const keep = 1 + c1 * (1 - hSigma) * cC * (2 - cC) - c1 - cMu * sum;
    covariance.update(keep, c1, pC, coefficients, steps); // eq. 47
    if (before !== null) this.rates?.apply(this, before);
  }

  clone(): CmaEs {
    const copy = new CmaEs(this.strategy, this.covariance.clone(), this.mean, this.sigma, this.rates?.clone() ?? null);
    copy.pSigma.set(this.pSigma);
    copy.pC.set(this.pC);
    copy.generation = this.generation;
    return copy;
  }
}
