import { highWord } from './words.ts';

/** 2^k is at index k + 1074, for k from -1074 to 1023. */
export const powersOfTwo: Float64Array = tabulated();

function tabulated(): Float64Array {
  const powers = new Float64Array(2098);
  powers[0] = Number.MIN_VALUE;
  for (let i = 1; i < 2098; i++) powers[i] = 2 * (powers[i - 1] as number); // exact
  return powers;
}

/**
 * 2^k, exactly: 0 below -1074, and Infinity above 1023.
 *
 * @param k a whole number
 *
 * @example
 * powerOfTwo(-3); // 0.125
 */
export function powerOfTwo(k: number): number {
  if (k > 1023) return Number.POSITIVE_INFINITY;
  return k < -1074 ? 0 : (powersOfTwo[k + 1074] as number);
}

/**
 * The exponent of a positive finite number: the whole number k with 2^k <= x < 2^(k + 1).
 *
 * @example
 * exponentOf(10); // 3
 */
export function exponentOf(x: number): number {
  const exponent = highWord(x) >> 20;
  return exponent > 0 ? exponent - 1023 : (highWord(x * 2 ** 54) >> 20) - 1077;
}
