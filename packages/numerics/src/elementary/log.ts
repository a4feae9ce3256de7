/*
 * x = 2^k (1 + f) with 1 + f between √½ and √2, and log x = k ln 2 + log(1 + f). With s = f / (2 + f), log(1 + f) = f - s (f - R(s²)).
 * Where |f| is large, f - f²/2 + s (f²/2 + R) is more accurate. R is the minimax polynomial of fdlibm's e_log.c and s_log1p.c, and the
 * logarithms of other bases are computed as in e_log2.c and e_log10.c (Sun Microsystems, FreeBSD msun).
 */
import { powersOfTwo } from './powers-of-two.ts';
import { double, high, highWord, withoutLowWord, words } from './words.ts';

const leastNormal = 2 ** -1022;

/**
 * The natural logarithm, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x any number; the special values are those of `Math.log`
 *
 * @example
 * log(10); // 2.302585092994046
 */
export function log(x: number): number {
  if (!(x >= 2.2250738585072014e-308 && x < Number.POSITIVE_INFINITY)) return logAtEdge(x);
  double[0] = x;
  const word = words[high] as number;
  const fraction = word & 0xfffff;
  const k = (word >> 20) - 1023 + ((fraction + 0x95f64) >> 20); // the sum carries from √2 on
  const f = x * (powersOfTwo[1074 - k] as number) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  // R(z). Nothing is shared with `parts`, because calls cost more than the arithmetic before the compiler inlines them.
  const rest =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586))) +
    w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  if (fraction < 0x6147a || fraction > 0x6b851)
    return k * 0.6931471803691238 - (s * (f - rest) - k * 1.9082149292705877e-10 - f);
  const half = 0.5 * f * f;
  return k * 0.6931471803691238 - (half - (s * (half + rest) + k * 1.9082149292705877e-10) - f);
}

/** For subnormal numbers, and for those without a finite logarithm. */
function logAtEdge(x: number): number {
  if (!(x > 0 && x < 1)) return withoutLogarithm(x);
  const { k, high, low, rest } = parts(x);
  return rest + low + k * 1.9082149292705877e-10 + high + k * 0.6931471803691238;
}

/** The logarithm of a number that is not positive, or not finite. */
function withoutLogarithm(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x > 0 ? x : Number.NaN;
}

/**
 * log(1 + x), with an error below 1 unit in the last place, also near 0. The bits are the same in every engine.
 *
 * @param x any number; the special values are those of `Math.log1p`
 *
 * @example
 * log1p(1e-20); // 1e-20
 */
export function log1p(x: number): number {
  if (!(x > -1 && x < Number.POSITIVE_INFINITY)) return x === -1 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  const distance = Math.abs(x);
  if (distance < 2 ** -29) return distance < 2 ** -54 ? x : x - x * x * 0.5;
  let k = 0;
  let f = x;
  let lost = 0; // what 1 + x lost by rounding, relative to 1 + x
  if (x <= -0.2928932188134524 || x >= 0.41421356237309503) {
    const u = 1 + x;
    const word = highWord(u);
    k = (word >> 20) - 1023;
    if (x < 2 ** 53) lost = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    if ((word & 0xfffff) >= 0x6a09e) k++;
    f = u * (powersOfTwo[1074 - k] as number) - 1;
  }
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const rest =
    z *
    (0.6666666666666735 +
      z *
        (0.3999999999940942 +
          z *
            (0.2857142874366239 +
              z *
                (0.22222198432149784 +
                  z * (0.1818357216161805 + z * (0.15313837699209373 + z * 0.14798198605116586))))));
  return k * 0.6931471803691238 - (half - (s * (half + rest) + (k * 1.9082149292705877e-10 + lost)) - f);
}

/**
 * The logarithm to base 2, exact for powers of two, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x any number; the special values are those of `Math.log2`
 *
 * @example
 * log2(8); // 3
 */
export function log2(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return withoutLogarithm(x);
  const { k, high, low, rest } = parts(x);
  return (
    (high + low + rest) * 1.6751713164886512e-10 + (low + rest) * 1.4426950407214463 + high * 1.4426950407214463 + k
  );
}

/**
 * The logarithm to base 10, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x any number; the special values are those of `Math.log10`
 *
 * @example
 * log10(1000); // 3
 */
export function log10(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return withoutLogarithm(x);
  const { k, high, low, rest } = parts(x);
  const small = k * 3.694239077158931e-13 + (high + low + rest) * 2.5082946711645275e-11;
  return small + (low + rest) * 0.4342944818781689 + high * 0.4342944818781689 + k * 0.30102999566361177;
}

/** k, and log(1 + f) as the sum of `high`, whose last 32 bits are 0, `low` and `rest`, for a positive finite x. */
function parts(x: number): { k: number; high: number; low: number; rest: number } {
  const isSubnormal = x < leastNormal;
  const normal = isSubnormal ? x * 2 ** 54 : x;
  const word = highWord(normal);
  const exponent = (word >> 20) - 1023 + (((word & 0xfffff) + 0x95f64) >> 20);
  const f = normal * (powersOfTwo[1074 - exponent] as number) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const series =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586))) +
    w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const half = 0.5 * f * f;
  const upper = withoutLowWord(f - half);
  return { k: isSubnormal ? exponent - 54 : exponent, high: upper, low: f - upper - half, rest: s * (half + series) };
}
