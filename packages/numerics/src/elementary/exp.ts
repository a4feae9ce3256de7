/*
 * x = k ln 2 + r with |r| <= ln 2 / 2, and e^x = 2^k e^r. With c = r - t P(t) and t = r², e^r = 1 + r + r c / (2 - c). P is the
 * minimax polynomial of fdlibm's e_exp.c, and the formula of expm1 with its polynomial is that of s_expm1.c (Sun Microsystems,
 * FreeBSD msun). ln 2 is split into a number with 21 trailing zeros, whose product with k is exact, and a remainder.
 */
import { powersOfTwo } from './powers-of-two.ts';

/**
 * e^x, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x any number; the special values are those of `Math.exp`
 *
 * @example
 * exp(1); // 2.718281828459045
 */
export function exp(x: number): number {
  if (!(x >= -745.1332191019411 && x <= 709.782712893384)) return x > 0 ? Number.POSITIVE_INFINITY : Math.max(x, 0); // NaN too
  if (x === 1) return Math.E; // the formula gives 1 unit more
  const k = (Math.LOG2E * x + (x < 0 ? -0.5 : 0.5)) | 0;
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k > -1022 && k < 1024) return y * (powersOfTwo[k + 1074] as number);
  // The first product is exact, so the result is rounded once.
  return y * (powersOfTwo[(k >> 1) + 1074] as number) * (powersOfTwo[k - (k >> 1) + 1074] as number);
}

/**
 * e^x - 1, with an error below 1 unit in the last place, also near 0. The bits are the same in every engine.
 *
 * @param x any number; the special values are those of `Math.expm1`
 *
 * @example
 * expm1(1e-20); // 1e-20
 */
export function expm1(x: number): number {
  if (x === 0 || Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x; // -0 too
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -38.9) return -1;
  const distance = Math.abs(x);
  if (distance < 2 ** -54) return x;
  // fdlibm compares the upper words of |x| and ln 2 / 2.
  const k = distance < 0.3465735912322998 ? 0 : (Math.LOG2E * x + (x < 0 ? -0.5 : 0.5)) | 0;
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const lost = high - r - low; // what r lost by rounding
  const half = 0.5 * r;
  const square = r * half;
  const ratio =
    1 +
    square *
      (-0.03333333333333313 +
        square *
          (0.0015873015872548146 +
            square * (-0.0000793650757867488 + square * (0.000004008217827329362 + square * -2.0109921818362437e-7))));
  const t = 3 - ratio * half;
  const share = square * ((ratio - t) / (6 - r * t));
  if (k === 0) return r - (r * share - square);
  const error = r * (share - lost) - lost - square;
  if (k === -1) return 0.5 * (r - error) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (error - (r + 0.5)) : 1 + 2 * (r - error);
  if (k <= -2 || k > 56) {
    const y = 1 - (error - r);
    return (k === 1024 ? y * 2 * 2 ** 1023 : y * (powersOfTwo[k + 1074] as number)) - 1;
  }
  const tail = powersOfTwo[1074 - k] as number; // 2^-k
  const y = k < 20 ? 1 - tail - (error - r) : r - (error + tail) + 1;
  return y * (powersOfTwo[k + 1074] as number);
}
