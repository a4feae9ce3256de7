import { erfcx } from './erfcx.ts';
import { expOfSquare } from './exp-of-square.ts';
import { erfOverX } from './rationals.ts';

/**
 * The complementary error function 1 − erf(x). The relative error is below 1e-15 up to x = 26.5, where the result becomes subnormal.
 *
 * @example
 * erfc(10); // 2.088487583762545e-45, where 1 - erf(10) is 0
 */
export function erfc(x: number): number {
  if (Math.abs(x) <= 0.5) return 1 - x * erfOverX(x * x);
  return x < 0 ? 2 - erfc(-x) : expOfSquare(x, -1) * erfcx(x);
}
