/*
 * x^y = 2^(y log2 x), where log2 x and the product are sums of two doubles. With b = 1 or 3/2, log2 |x| = k + log2 b + 2/(3 ln 2) times a
 * series in s = (z - b) / (z + b) for the scaled number z. The constants are those of fdlibm's e_pow.c (Sun Microsystems, FreeBSD msun).
 */
import { powersOfTwo } from './powers-of-two.ts';
import { highWord } from './words.ts';

/** The logarithm of the last call of {@link log2Of} or {@link log2NearOne} as the sum of two doubles. */
const logarithm = { high: 0, low: 0 };

/**
 * x to the power of y, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x any number
 * @param y any number; the special values are those of `Math.pow`
 *
 * @example
 * pow(2, 0.5); // 1.4142135623730951
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  if (Math.abs(y) === Number.POSITIVE_INFINITY)
    return size === 1 ? Number.NaN : size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  if (y === 2) return x * x;
  const isNegative = x < 0 || (x === 0 && 1 / x < 0);
  if (y === 0.5 && !isNegative) return Math.sqrt(x);
  const isOdd = Math.abs(y % 2) === 1;
  const sign = isNegative && isOdd ? -1 : 1;
  if (size === 0 || size === Number.POSITIVE_INFINITY)
    return sign * ((size === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY);
  if (isNegative && y % 1 !== 0) return Number.NaN;
  return size === 1 ? sign : sign * positivePower(size, y);
}

/** x^y for a positive finite x other than 1, and a finite y other than 0. */
function positivePower(x: number, y: number): number {
  const isNearOne = Math.abs(y) > 2 ** 31;
  // The logarithm of a number further from 1 times such an exponent is beyond the exponents of doubles.
  if (isNearOne && (Math.abs(y) > 2 ** 64 || !(Math.abs(x - 1) < 2 ** -20)))
    return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  if (isNearOne) log2NearOne(x);
  else log2Of(x);
  const yHigh = Math.fround(y);
  const low = (y - yHigh) * logarithm.high + y * logarithm.low;
  const high = yHigh * logarithm.high;
  const sum = low + high;
  // 8.008566259537294e-17 is how far below 1024 the logarithm of the largest result is after rounding.
  if (sum > 1024 || (sum === 1024 && low + 8.008566259537294e-17 > sum - high)) return Number.POSITIVE_INFINITY;
  if (sum < -1075 || (sum === -1075 && low <= sum - high)) return 0;
  return powerOfSum(high, low, sum);
}

/** 2^(high + low), where `sum` is the rounded sum. */
function powerOfSum(high: number, low: number, sum: number): number {
  const n = Math.abs(sum) > 0.5 ? Math.trunc(sum + (sum < 0 ? -0.5 : 0.5)) : 0;
  const rest = high - n;
  const t = Math.fround(low + rest);
  const u = t * 0.6931471824645996;
  const v = (low - (t - rest)) * Math.LN2 + t * -1.904654299957768e-9;
  const z = u + v;
  const w = v - (z - u);
  const square = z * z;
  const c =
    z -
    square *
      (0.16666666666666602 +
        square *
          (-0.0027777777777015593 +
            square * (0.00006613756321437934 + square * (-0.0000016533902205465252 + square * 4.1381367970572385e-8))));
  const value = 1 - ((z * c) / (c - 2) - (w + z * w) - z);
  // The first product is exact, so the result is rounded once.
  if (n < -1021) return value * (powersOfTwo[n + 2074] as number) * 2 ** -1000;
  return n > 1023 ? value * 2 * 2 ** 1023 : value * (powersOfTwo[n + 1074] as number);
}

/** log2 x for |x - 1| < 2^-20 by its Taylor series. */
function log2NearOne(x: number): void {
  const t = x - 1;
  const w = t * t * (0.5 - t * (1 / 3 - t * 0.25));
  const u = 1.4426950216293335 * t;
  const v = t * 1.9259629911266175e-8 - w * Math.LOG2E;
  logarithm.high = Math.fround(u + v);
  logarithm.low = v - (logarithm.high - u);
}

/** log2 x for a positive finite x. */
function log2Of(x: number): void {
  const normal = x < 2 ** -1022 ? x * 2 ** 53 : x;
  const word = highWord(normal);
  const fraction = word & 0xfffff;
  const near = fraction <= 0x3988e ? 0 : fraction < 0xbb67a ? 1 : 2; // up to √(3/2), up to √3, and above
  const exponent = (word >> 20) - 1023 + (near === 2 ? 1 : 0);
  const b = near === 1 ? 1.5 : 1;
  const z = normal * (powersOfTwo[1074 - exponent] as number);
  const u = z - b;
  const v = 1 / (z + b);
  const s = u * v;
  const sHigh = Math.fround(s);
  const sumHigh = Math.fround(z + b);
  const sumLow = z - (sumHigh - b);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);
  let square = s * s;
  let rest =
    square *
    square *
    (0.5999999999999946 +
      square *
        (0.4285714285785502 +
          square *
            (0.33333332981837743 +
              square * (0.272728123808534 + square * (0.23066074577556175 + square * 0.20697501780033842)))));
  rest += sLow * (sHigh + s);
  square = sHigh * sHigh;
  const seriesHigh = Math.fround(3 + square + rest);
  const seriesLow = rest - (seriesHigh - 3 - square);
  const productHigh = sHigh * seriesHigh;
  const productLow = sLow * seriesHigh + seriesLow * s;
  const pHigh = Math.fround(productHigh + productLow);
  const pLow = productLow - (pHigh - productHigh);
  const zHigh = 0.9617967009544373 * pHigh; // 2/(3 ln 2) in two parts
  const zLow = -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + (near === 1 ? 1.350039202129749e-8 : 0);
  const baseHigh = near === 1 ? 0.5849624872207642 : 0; // log2 3/2
  const k = x === normal ? exponent : exponent - 53;
  logarithm.high = Math.fround(zHigh + zLow + baseHigh + k);
  logarithm.low = zLow - (logarithm.high - k - baseHigh - zHigh);
}
