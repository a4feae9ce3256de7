import { exp } from '../elementary/exp.ts';
import { expOfSquare } from './exp-of-square.ts';
import { erfcxMiddle, erfcxTail, erfOverX } from './rationals.ts';

/**
 * The scaled complementary error function exp(x²) erfc(x), which does not underflow where erfc does. The relative error is below 1e-15
 * for every x. The result is about 1/(x√π) for large x, and Infinity below −26.7.
 *
 * @example
 * erfcx(1e10); // 5.641895835477563e-11
 */
export function erfcx(x: number): number {
  if (x >= 4) {
    const y = 1 / x;
    return y * erfcxTail(y * y);
  }
  if (x >= 0.5) return erfcxMiddle(x);
  if (x < -0.5) return 2 * expOfSquare(x, 1) - erfcx(-x);
  return exp(x * x) * (1 - x * erfOverX(x * x));
}
