import { exp } from '../elementary/exp.ts';

/**
 * The penalty of a positive parameter p: inverse/p + linear·p + log·ln p + square·(ln p - centre)². It is the negative logarithm of a prior
 * density up to a constant. Most priors in use have this form. The default of each coefficient is 0.
 */
export interface PenaltyTerms {
  readonly inverse?: number;
  readonly linear?: number;
  readonly log?: number;
  readonly square?: number;
  readonly centre?: number;
}

/** Penalties of the parameters of a Gaussian process with an {@link ArdKernel}. */
export interface ArdPenalty {
  /** Penalty of each weight w_j = 1/ℓ_j². */
  readonly weight: PenaltyTerms;
  /** Penalty of the output scale s. */
  readonly scale: PenaltyTerms;
  /** Penalty of the noise variance, including its floor. */
  readonly noise: PenaltyTerms;
  /** Penalty of the variance v_j of each effect of `CategoryEffects`. */
  readonly effect?: PenaltyTerms;
}

/** The prior of Optuna's GPSampler (optuna/_gp/prior.py, version 5), for standardised targets and inputs in [0, 1]. */
export const optunaPenalty: ArdPenalty = {
  weight: { inverse: 0.1, linear: 0.1 },
  scale: { linear: 1, log: -1 },
  noise: { linear: 30, log: -0.1 },
};

/** Like {@link optunaPenalty}, with a stronger penalty on noise. For nearly deterministic objectives. */
export const lowNoisePenalty: ArdPenalty = {
  weight: { inverse: 0.1, linear: 0.1 },
  scale: { linear: 1, log: -1 },
  noise: { linear: 30, log: 0.5 },
  effect: { inverse: 0.01, linear: 1 },
};

/**
 * The sum of the penalties of several positive parameters, given by their natural logarithms.
 *
 * @example
 * const penalty = new Penalty([{ inverse: 0.1, linear: 0.1 }]);
 * penalty.add(Float64Array.of(0), new Float64Array(1)); // 0.2
 */
export class Penalty {
  readonly parameters: number;
  /**
   * Added to the logarithm of a parameter before it is penalised, initially 0. Set by the caller. A model of a part of the space whose
   * inputs are not rescaled uses 2 log h for the weight of a column with range h in this part.
   */
  readonly shifts: Float64Array;
  readonly #terms: Float64Array;

  /** @param terms one entry per parameter */
  constructor(terms: readonly PenaltyTerms[]) {
    this.parameters = terms.length;
    this.shifts = new Float64Array(terms.length);
    this.#terms = new Float64Array(5 * terms.length);
    terms.forEach(({ inverse = 0, linear = 0, log = 0, square = 0, centre = 0 }, p) => {
      this.#terms.set([inverse, linear, log, square, centre], 5 * p);
    });
  }

  /** The penalty for a model with an {@link ArdKernel} of the given number of columns: weights, scale, effects, noise. */
  static ard(columns: number, { weight, scale, noise, effect = {} }: ArdPenalty, effects = 0): Penalty {
    const weights = Array.from({ length: columns }, () => weight);
    return new Penalty([...weights, scale, ...Array.from({ length: effects }, () => effect), noise]);
  }

  /** The penalty at these logarithms. Adds its derivatives by them to `gradient`. */
  add(logs: Float64Array, gradient: Float64Array): number {
    let sum = 0;
    for (let p = 0; p < this.parameters; p++) {
      const log = (logs[p] as number) + (this.shifts[p] as number);
      const value = exp(log);
      const at = 5 * p;
      const inverse = (this.#terms[at] as number) / value;
      const linear = (this.#terms[at + 1] as number) * value;
      const slope = this.#terms[at + 2] as number;
      const square = this.#terms[at + 3] as number;
      const away = log - (this.#terms[at + 4] as number);
      sum += inverse + linear + slope * log + square * away * away;
      gradient[p] = (gradient[p] as number) - inverse + linear + slope + 2 * square * away;
    }
    return sum;
  }
}
