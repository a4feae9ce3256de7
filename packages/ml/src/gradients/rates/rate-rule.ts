import { type Check, must } from '@asktell/core';
import { exp } from '@asktell/numerics/elementary';

/** How a hypergradient changes a rate. */
export type RateRuleName = 'multiplicative' | 'additive';

/** Options of every hypergradient optimizer that concern its rates. */
export interface RateOptions {
  /**
   * The first learning rate, 0 or more: one number for all groups, or a number for each group by name. With
   * `'multiplicative'` it must not be 0.
   */
  readonly rate?: number | { readonly [group: string]: number };
  /**
   * `'multiplicative'` (default): `rate *= 1 + beta * (cos(g, u) - target)`, where g is the gradient and u the previous update
   * direction. It depends on no scale, so one `beta` suits all tasks.
   * `'additive'`: `rate += beta * (g · u)`, as in the paper. Its `beta` depends on the scale of the loss and of the
   * parameters.
   */
  readonly rule?: RateRuleName;
  /** The hypergradient learning rate β, 0 or more. 0 keeps the rates fixed. The default depends on optimizer and rule. */
  readonly beta?: number;
  /**
   * Length of the warm-up in steps, 0 for none. It belongs to the multiplicative rule. The rates start at a hundredth
   * of `rate`, and β at 0.5. β falls by a factor of e in each `warmup` steps, until it reaches `beta`. A rate that is
   * ten times too large then does little harm, and one that is a hundred times too small costs few steps.
   */
  readonly warmup?: number;
  /**
   * The cosine at which the multiplicative rule leaves a rate as it is, from -1 to 1. Default 0: the rate that lowers the
   * loss most in a single step. With mini-batches this rate is too small in the long run (Wu et al., Understanding
   * short-horizon bias in stochastic meta-optimization, ICLR 2018). There, -0.2 with `fall: 1` is better.
   */
  readonly target?: number;
  /**
   * How many times faster the multiplicative rule lowers a rate than it raises it, above 0. Default 1, and 3 for Nesterov
   * momentum, which reports an overshoot late.
   */
  readonly fall?: number;
  /** Smallest rate, 0 or more. Default 0. */
  readonly minRate?: number;
  /** Largest rate. Default: no limit. */
  readonly maxRate?: number;
  /**
   * Largest relative change of a rate in one step, above 0. A rate of 0 is not limited. Default: no limit beyond that of
   * the multiplicative rule.
   */
  readonly maxChange?: number;
}

const isNumber = (value: unknown, accepts: (value: number) => boolean): boolean =>
  typeof value === 'number' && accepts(value);
const isRate = (value: unknown): boolean => isNumber(value, (rate) => rate >= 0 && rate < Number.POSITIVE_INFINITY);

/** A check for a finite number, 0 or more. */
export const notNegative: Check = must('a finite number, 0 or more', isRate);

/** A check for a number in [0, 1). */
export const belowOne: Check = must('a number from 0 to below 1', (value) =>
  isNumber(value, (number) => number >= 0 && number < 1),
);

/** Checks of {@link RateOptions}. */
export const rateChecks: { readonly [name in keyof Required<RateOptions>]: Check } = {
  rate: must(
    'a finite number, 0 or more, or an object with such a number for each group',
    (value) =>
      isRate(value) ||
      (typeof value === 'object' &&
        value !== null &&
        Object.keys(value).length > 0 &&
        Object.values(value).every(isRate)),
  ),
  rule: must("'multiplicative' or 'additive'", (value) => value === 'multiplicative' || value === 'additive'),
  beta: notNegative,
  warmup: must('a whole number, 0 or more', (value) => Number.isSafeInteger(value) && isRate(value)),
  target: must('a number from -1 to 1', (value) => isNumber(value, (cosine) => cosine >= -1 && cosine <= 1)),
  fall: must('a finite number above 0', (value) => isRate(value) && value !== 0),
  minRate: notNegative,
  maxRate: must('a number above 0', (value) => isNumber(value, (rate) => rate > 0)),
  maxChange: must('a number above 0', (value) => isNumber(value, (change) => change > 0)),
};

/** The rate of the first step of a warm-up, relative to `rate`. */
const warmupStart = 0.01;
/** β of the first change in a warm-up. */
const warmupBeta = 0.5;
/** No step of the multiplicative rule lowers a rate further than by this factor. */
const lowestFactor = 0.1;

/**
 * The rule that changes learning rates (Baydin et al., Online learning rate adaptation with hypergradient descent, ICLR
 * 2018). For θ_t = θ_{t-1} - α u_{t-1} the derivative of the loss with respect to α is -g_t · u_{t-1}.
 */
export class RateRule {
  readonly name: RateRuleName;
  readonly beta: number;
  readonly warmup: number;
  readonly target: number;
  readonly fall: number;
  readonly minRate: number;
  readonly maxRate: number;
  readonly maxChange: number;

  /** @param options checked options with a `beta`, a `warmup` and a `fall` */
  constructor(options: RateOptions & { readonly beta: number; readonly warmup: number; readonly fall: number }) {
    this.name = options.rule ?? 'multiplicative';
    this.beta = options.beta;
    this.warmup = this.name === 'multiplicative' && options.beta > 0 ? options.warmup : 0;
    this.target = options.target ?? 0;
    this.fall = options.fall;
    this.minRate = options.minRate ?? 0;
    this.maxRate = options.maxRate ?? Number.POSITIVE_INFINITY;
    this.maxChange = options.maxChange ?? Number.POSITIVE_INFINITY;
  }

  /** The rate of the first step. */
  first(rate: number): number {
    return this.#bounded(this.warmup > 0 ? rate * warmupStart : rate);
  }

  /** β of a step. The first change, in the second step, has `changes` 0. */
  betaAt(changes: number): number {
    if (this.warmup === 0) return this.beta;
    return Math.max(this.beta, warmupBeta * exp(-changes / this.warmup));
  }

  /**
   * The next rate.
   * @param product g · u of the gradient and the previous update direction
   * @param gradientSquares g · g
   * @param directionSquares u · u
   * @param changes number of earlier changes
   */
  next(rate: number, product: number, gradientSquares: number, directionSquares: number, changes: number): number {
    let next: number;
    if (this.name === 'additive') next = rate + this.beta * product;
    else {
      const norms = Math.sqrt(gradientSquares) * Math.sqrt(directionSquares);
      const excess = norms > 0 ? Math.max(-1, Math.min(1, product / norms - this.target)) : 0;
      const change = this.betaAt(changes) * excess * (excess < 0 ? this.fall : 1);
      next = rate * Math.max(lowestFactor, 1 + change);
    }
    if (rate > 0) next = Math.max(rate * (1 - this.maxChange), Math.min(rate * (1 + this.maxChange), next));
    return this.#bounded(next);
  }

  #bounded(rate: number): number {
    return Math.max(this.minRate, Math.min(this.maxRate, rate));
  }
}
