import { exp } from '@asktell/numerics/elementary';
import type { CategoricalSearch } from './categorical-search.ts';
import type { CmaEs } from './cma-es.ts';
import type { Margin } from './margin.ts';
import type { Ranking } from './ranking.ts';
import type { Draws } from './spread-points.ts';

/** Lower bound of the standard deviation in any direction if there are discrete coordinates. */
const minDeviation = 1e-15;

/** Probability that `sampleNear` keeps a choice. */
const keepChoice = 0.9;

/** The λ points of a generation, best first. */
export interface RankedPoints {
  /** λ × n raw coordinates, row-major. Discrete ones are at the centre of their cell. Overwritten by the update. */
  readonly raw: Float64Array;
  /** λ × categorical variables, row-major. */
  readonly choices: Int32Array;
  /** late[i] = 1: point i was not drawn from the current distribution. */
  readonly late: Uint8Array;
}

/** The parts of a search. A part is `null` if there are no such coordinates. */
export interface SearchParts {
  /** Continuous and discrete coordinates. */
  readonly gaussian: CmaEs | null;
  readonly margin: Margin | null;
  readonly categories: CategoricalSearch | null;
  /** bounded[i] = 1: coordinate i is continuous, with values in [0, 1]. */
  readonly bounded: Uint8Array;
}

/**
 * One search over continuous, discrete and categorical coordinates: CatCMA with Margin (Hamano et al. 2025, arXiv:2504.07884).
 * Without discrete and categorical coordinates it is plain CMA-ES.
 *
 * Unlike in the paper, updates use the cell centres of all discrete coordinates. The paper uses the drawn values and centres
 * only a part of them. Measured on five mixed problems, 500 trials, 20 seeds, as ratios to the regret of Optuna's CMA-ES: 0.09
 * instead of 0.14 (geometric means). On the two problems with integers only: 1.0 and 1.4 instead of 1.7 and 3.4.
 */
export class Search implements SearchParts {
  readonly gaussian: CmaEs | null;
  readonly margin: Margin | null;
  readonly categories: CategoricalSearch | null;
  readonly bounded: Uint8Array;
  readonly #z: Float64Array;
  readonly #succeeded: Uint8Array;

  constructor({ gaussian, margin, categories, bounded }: SearchParts) {
    this.gaussian = gaussian;
    this.margin = margin;
    this.categories = categories;
    this.bounded = bounded;
    this.#z = new Float64Array(bounded.length);
    this.#succeeded = new Uint8Array(margin?.axes.length ?? 0);
  }

  /** Draws a point: raw coordinates and choices. Changes only the two arrays. */
  sample(rng: Draws, raw: Float64Array, choices: Int32Array): void {
    const { gaussian, margin, categories } = this;
    if (gaussian !== null) {
      const z = this.#z;
      for (let i = 0; i < z.length; i++) z[i] = rng.normal();
      gaussian.sampleStep(z, raw);
      const { mean, sigma } = gaussian;
      if (margin === null)
        for (let i = 0; i < raw.length; i++) raw[i] = (mean[i] as number) + sigma * (raw[i] as number);
      else {
        for (let i = 0; i < raw.length; i++)
          raw[i] = (mean[i] as number) + sigma * (margin.factors[i] as number) * (raw[i] as number);
      }
    }
    categories?.sample(rng, choices);
  }

  /**
   * Draws a point near another one: a step of the distribution scaled by `factor`, and mostly the same choices. Changes only
   * `raw` and `choices`.
   * @param near raw coordinates and choices of the other point
   */
  sampleNear(
    near: { readonly raw: Float64Array; readonly choices: Int32Array },
    factor: number,
    rng: Draws,
    raw: Float64Array,
    choices: Int32Array,
  ): void {
    this.sample(rng, raw, choices);
    const mean = this.gaussian?.mean;
    for (let i = 0; i < raw.length; i++)
      raw[i] = (near.raw[i] as number) + factor * ((raw[i] as number) - (mean?.[i] as number));
    for (let i = 0; i < choices.length; i++) if (rng.float() < keepChoice) choices[i] = near.choices[i] as number;
  }

  /** Updates the distribution with one generation. */
  update({ raw, choices, late }: RankedPoints, ranking: Ranking): void {
    const { gaussian, margin } = this;
    if (gaussian !== null) {
      const { n, lambda } = gaussian.strategy;
      if (margin !== null) margin.findSuccesses(raw, n, lambda >> 1, gaussian.mean, this.#succeeded);
      this.#toSteps(raw, late, gaussian);
      gaussian.update(raw, ranking);
      if (margin !== null) {
        // σ shrinks without limit while discrete coordinates keep their values, but the margin needs a positive scale. The
        // code of the paper has the same lower bound.
        gaussian.sigma = Math.max(gaussian.sigma, minDeviation / gaussian.covariance.extremes()[0]);
        margin.correct(gaussian, this.#succeeded);
      }
    }
    this.categories?.update(choices, ranking.recombination);
  }

  /** Whether all coordinates are continuous. Then equal results mean a plateau, not repeated points. */
  get isContinuous(): boolean {
    return this.margin === null && this.categories === null;
  }

  /** Increases the step size on a plateau (tutorial, B.3: flat fitness). */
  widen(): void {
    const { gaussian } = this;
    if (gaussian !== null) gaussian.sigma *= exp(0.2 + gaussian.strategy.cSigma / gaussian.strategy.dSigma);
  }

  /**
   * Converts raw coordinates to steps, in place. Steps of late points are shortened to at most √n + 2n / (n + 2), a length that
   * the distribution could produce (pycma's rule for injected points; Hansen, Injecting External Solutions Into CMA-ES,
   * arXiv:1110.4181). Steps of other points are shortened to the same length if they are longer than √n + 5. The distribution
   * practically never produces such steps, so these points come from elsewhere.
   */
  #toSteps(raw: Float64Array, late: Uint8Array, { mean, sigma, covariance }: CmaEs): void {
    const n = mean.length;
    const factors = this.margin?.factors ?? null;
    const usual = Math.sqrt(n) + (2 * n) / (n + 2);
    const extreme = Math.sqrt(n) + 5;
    for (let k = 0; k < late.length; k++) {
      for (let i = 0; i < n; i++) {
        const at = k * n + i;
        const step = ((raw[at] as number) - (mean[i] as number)) / sigma;
        raw[at] = factors === null ? step : step / (factors[i] as number);
      }
      const length = Math.sqrt(covariance.squaredLength(raw, k * n));
      if (!(length > (late[k] === 1 ? usual : extreme))) continue;
      const shrink = usual / length;
      for (let i = 0; i < n; i++) raw[k * n + i] = (raw[k * n + i] as number) * shrink;
    }
  }

  clone(): Search {
    return new Search({
      gaussian: this.gaussian?.clone() ?? null,
      margin: this.margin?.clone() ?? null,
      categories: this.categories?.clone() ?? null,
      bounded: this.bounded,
    });
  }
}
