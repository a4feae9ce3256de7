import { exp } from '../elementary/exp.ts';
import { log, log1p } from '../elementary/log.ts';

/**
 * log Σ exp(values[i]) over the first `length` values, without overflow or underflow. The result is −Infinity if there are no values or all
 * are −Infinity, NaN if any value is NaN, and otherwise Infinity if any value is Infinity.
 *
 * @param values may be longer than `length`
 * @param length number of values to use. Default: all.
 *
 * @example
 * logSumExp(Float64Array.of(-1000, -1000)); // -999.3068528194401
 */
export function logSumExp(values: ArrayLike<number>, length: number = values.length): number {
  let max = -Infinity;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (!(value <= max)) max = value;
    if (Number.isNaN(max)) return Number.NaN;
  }
  if (!Number.isFinite(max)) return max;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += exp((values[i] as number) - max);
  return max + log(sum);
}

/**
 * log(exp(a) + exp(b)) without overflow or underflow.
 *
 * @example
 * logAddExp(Math.log(2), Math.log(3)); // log 5
 */
export function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  const max = Math.max(a, b);
  return max + log1p(exp(Math.min(a, b) - max));
}
