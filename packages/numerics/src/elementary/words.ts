/*
 * Access to the bits of a double. All functions of this folder give the same bits in every engine: they use only the operations that
 * IEEE 754 rounds correctly (+ - * / and the square root), comparisons and bits.
 */

/** One double. Written before its {@link words} are read. */
export const double: Float64Array = new Float64Array(1);

/** The two halves of {@link double}. */
export const words: Int32Array = new Int32Array(double.buffer);

double[0] = 1;
/** Index of the word with the sign and the exponent. It depends on the byte order of the machine. */
export const high: number = words[1] === 0x3ff00000 ? 1 : 0;

/** The upper 32 bits: sign, exponent and 20 bits of the fraction. */
export function highWord(x: number): number {
  double[0] = x;
  return words[high] as number;
}

/** The number with the last 32 bits of its fraction cleared. The product of two such numbers is exact. */
export function withoutLowWord(x: number): number {
  double[0] = x;
  words[1 - high] = 0;
  return double[0] as number;
}

/** The number whose upper word is `word`, and whose lower word is 0. */
export function fromHighWord(word: number): number {
  words[high] = word;
  words[1 - high] = 0;
  return double[0] as number;
}
