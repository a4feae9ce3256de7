import { exponentOf, powerOfTwo } from '@asktell/numerics/elementary';

/** Fixed-point numbers with this many binary places. */
const places = 128n;
const one = 1n << places;

/** log(a / b) = 2 atanh((a - b) / (a + b)), by its series, which converges fast if the ratio is near 1. */
function logOfRatio(a: bigint, b: bigint): bigint {
  const z = ((a - b) << places) / (a + b);
  const square = (z * z) >> places;
  let sum = 0n;
  let power = z;
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += power / odd;
    power = (power * square) >> places;
  }
  return 2n * sum;
}

const log2 = logOfRatio(2n, 1n);

/**
 * The double nearest to the natural logarithm of a finite number from 1 on. A plain logarithm can be wrong in the last
 * bit. The `log` of C, which Python calls, is almost always exact to the last bit.
 */
export function roundedLog(x: number): number {
  const exponent = exponentOf(x);
  const mantissa = (BigInt((x / powerOfTwo(exponent)) * 2 ** 60) << places) >> 60n; // near [1, 2), exact
  const log = BigInt(exponent) * log2 + logOfRatio(mantissa, one);
  return Number(log) / Number(one);
}
