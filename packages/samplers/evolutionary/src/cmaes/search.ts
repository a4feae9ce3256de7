import type { CategoricalSearch } from './categorical-search.ts';
import type { CmaEs } from './cma-es.ts';
import type { Draws } from './draws.ts';
import type { Margin } from './margin.ts';
import type { Ranking } from './ranking.ts';

/** Of the normal distribution in any direction, where there are discrete coordinates. */
const smallestDeviation = 1e-15;

/** How many of its choices a point keeps that is drawn near another one. */
const keptChoices = 0.9;

/** Points of a generation, best first: λ rows. */
export interface RankedPoints {
  /** λ × n raw coordinates, discrete ones at the centre of their cell. Changed by the update. */
  readonly raw: Float64Array;
  /** λ × categorical variables. */
  readonly choices: Int32Array;
  /** late[i] = 1: point i was not drawn from the present distribution. */
  readonly late: Uint8Array;
}

/** The parts of a search; absent where there are no such coordinates. */
export interface SearchParts {
  /** Continuous and discrete coordinates. */
  readonly gaussian: CmaEs | null;
  readonly margin: Margin | null;
  readonly categories: CategoricalSearch | null;
  /** bounded[i] = 1: coordinate i is reflected into [0, 1]. */
  readonly bounded: Uint8Array;
}

/**
 * One search over continuous, discrete and categorical coordinates: CatCMA with Margin (Hamano et al. 2025, arXiv:2504.07884), but for
 * discrete coordinates: they are told at the centres of their cells, where the paper tells what was drawn and centres only a part of it.
 * Measured on five mixed problems, 500 trials, 20 seeds, as ratios to the regrets of Optuna's CMA-ES: 0.09 instead of 0.14 (geometric
 * means); on the two with integers only 1.0 and 1.4 instead of 1.7 and 3.4. Without discrete and categorical coordinates it is plain CMA-ES.
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

  /** Draws a point: raw coordinates, as they are drawn, and choices. Changes nothing but the two arrays. */
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
   * Draws a point near another one: steps of the same shape, `factor` as long, and mostly its choices. Changes nothing but the two arrays
   * at the end.
   * @param near raw coordinates and choices
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
    for (let i = 0; i < choices.length; i++) if (rng.float() < keptChoices) choices[i] = near.choices[i] as number;
  }

  /** One generation. */
  update({ raw, choices, late }: RankedPoints, ranking: Ranking): void {
    const { gaussian, margin } = this;
    if (gaussian !== null) {
      const { n, lambda } = gaussian.strategy;
      if (margin !== null) margin.findSuccesses(raw, n, lambda >> 1, gaussian.mean, this.#succeeded);
      this.#toSteps(raw, late, gaussian);
      gaussian.update(raw, ranking);
      if (margin !== null) {
        // What the margin multiplies must not vanish: discrete coordinates at rest let σ fall for ever (as in the paper's code).
        gaussian.sigma = Math.max(gaussian.sigma, smallestDeviation / gaussian.covariance.extremes()[0]);
        margin.correct(gaussian, this.#succeeded);
      }
    }
    this.categories?.update(choices, ranking.recombination);
  }

  /** Whether all coordinates are continuous: equal results mean a plateau then, not the same point twice. */
  get isContinuous(): boolean {
    return this.margin === null && this.categories === null;
  }

  /** A larger step off a plateau (tutorial, B.3: flat fitness). */
  widen(): void {
    const { gaussian } = this;
    if (gaussian !== null) gaussian.sigma *= Math.exp(0.2 + gaussian.strategy.cSigma / gaussian.strategy.dSigma);
  }

  /**
   * Raw coordinates become steps. Those of points that the present distribution did not create are shortened to a length that
   * it might have: √n + 2n / (n + 2) (pycma's rule for injected points; Hansen, Injecting External Solutions Into CMA-ES,
   * arXiv:1110.4181). Foreign points among the others show by a length that it would not produce in a lifetime.
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
