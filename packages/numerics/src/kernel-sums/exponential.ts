import { powerOfTwo } from '../elementary/powers-of-two.ts';

/**
 * An approximation of exp(t) for t from -{@link Exponential.cutoff} to 0, with the same bits in scalar and in vector arithmetic.
 * With k the integer nearest to t / ln 2, it is 2^k times a polynomial in t - k ln 2. The coefficients minimise the largest
 * relative error on ±ln 2 / 2 (Lawson's iteration).
 */
export interface Exponential {
  /** Coefficients of the polynomial, the constant term first. */
  readonly coefficients: readonly number[];
  /** Terms whose exponent is further than this below the largest one are left out. */
  readonly cutoff: number;
  /** Adding and then subtracting this constant rounds a number to an integer. */
  readonly rounder: number;
}

export const log2E: number = Math.LOG2E;

/** Relative error below 3e-7, rounding included. Terms below e^-15 (3e-7) are left out. */
export const singleExponential: Exponential = {
  coefficients: [1.0000000717, 0.9999996918, 0.49998894414, 0.16667575092, 0.04191543143, 0.00829764789],
  cutoff: 15,
  rounder: 1.5 * 2 ** 23,
};

/** Relative error below 5e-11. Terms below e^-25 (1e-11) are left out. */
export const doubleExponential: Exponential = {
  coefficients: [
    0.9999999999616519, 1.0000000002432907, 0.5000000104598421, 0.16666665125221208, 0.041666225250017216,
    0.00833356117995798, 0.001394819514136658, 0.00019775159056569641,
  ],
  cutoff: 25,
  rounder: 1.5 * 2 ** 52,
};

/** 2^-k for every k within the cutoffs. */
export const powersOfHalf: Float64Array = Float64Array.from({ length: 64 }, (_, k) => powerOfTwo(-k));
