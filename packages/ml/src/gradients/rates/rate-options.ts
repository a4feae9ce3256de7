import { type Check, must } from '@asktell/core';

/** How a hypergradient changes a rate. */
export type RateRuleName = 'multiplicative' | 'additive';

/** Options of every hypergradient optimizer that concern its rates. */
export interface RateOptions {
  /**
   * The learning rate to begin with, 0 or more: one number for all groups, or a number for each group by name. With
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
  /** The hypergradient learning rate β, 0 or more. 0 keeps the rates fixed. The default depends on the rule and the optimizer. */
  readonly beta?: number;
  /**
   * Whether the first step uses a hundredth of `rate`, with the multiplicative rule. Default true. The rate rises quickly
   * from there, and a rate that is ten times too large does no harm.
   */
  readonly warmup?: boolean;
  /**
   * Whether the multiplicative rule is guarded against overshooting. Default true. A step after which the gradient is larger and
   * points back lowers the rate at once, and is taken back if needed. See {@link RateRule}.
   */
  readonly guard?: boolean;
  /**
   * The cosine at which the multiplicative rule leaves a rate as it is, from -1 to 1. The default is 0 for gradient descent,
   * and -0.2 for the optimizers with momentum, and with mini-batches.
   */
  readonly target?: number;
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

const trueOrFalse: Check = must('true or false', (value) => typeof value === 'boolean');

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
  warmup: trueOrFalse,
  guard: trueOrFalse,
  target: must('a number from -1 to 1', (value) => isNumber(value, (cosine) => cosine >= -1 && cosine <= 1)),
  minRate: notNegative,
  maxRate: must('a number above 0', (value) => isNumber(value, (rate) => rate > 0)),
  maxChange: must('a number above 0', (value) => isNumber(value, (change) => change > 0)),
};
