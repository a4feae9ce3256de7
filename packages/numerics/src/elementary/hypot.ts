import { exponentOf, powerOfTwo } from './powers-of-two.ts';

/**
 * The square root of the sum of squares, without overflow or underflow in between. The bits are the same in every engine, and the relative
 * error is at most that of the sum, plus 1 unit in the last place.
 *
 * @param values any numbers; the result is Infinity if one of them is infinite, else NaN if one of them is NaN
 *
 * @example
 * hypot([3, 4]); // 5
 */
export function hypot(values: ArrayLike<number>): number {
  let largest = 0;
  let hasNaN = false;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest) largest = size;
    else if (Number.isNaN(size)) hasNaN = true;
  }
  if (largest === Number.POSITIVE_INFINITY) return largest;
  if (hasNaN || largest === 0) return hasNaN ? Number.NaN : 0;
  const exponent = exponentOf(largest);
  // Ordinary numbers are not scaled. Two factors, because the inverse of a subnormal power of two is not finite.
  const shift = Math.abs(exponent) < 500 ? 0 : exponent;
  const [near, far] = [powerOfTwo(-(shift >> 1)), powerOfTwo((shift >> 1) - shift)];
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const scaled = (values[i] as number) * near * far;
    sum += scaled * scaled;
  }
  return Math.sqrt(sum) / near / far;
}
