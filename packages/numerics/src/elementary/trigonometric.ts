/*
 * x = n π/2 + r with |r| <= π/4, where r is the sum of two doubles, and the cosine, the sine or the tangent of r. The reduction subtracts
 * multiples of the first 33 bits of π/2, which are exact, and as many further bits as cancellation requires (Cody and Waite). The
 * polynomials are those of fdlibm's k_sin.c, k_cos.c and k_tan.c (Sun Microsystems, FreeBSD msun).
 */
import { fromHighWord, highWord, withoutLowWord } from './words.ts';

/** The remainder of the last reduction as the sum of two doubles. */
const remainder = new Float64Array(2);

/**
 * The cosine, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x in radians, up to 2^20 in magnitude; NaN for a number that is not finite
 * @throws RangeError for a larger number
 *
 * @example
 * cos(0); // 1
 */
export function cos(x: number): number {
  const n = reduce(x);
  const [high, low] = [remainder[0] as number, remainder[1] as number];
  const value = n & 1 ? sinOfRemainder(high, low) : cosOfRemainder(high, low);
  return (n + 1) & 2 ? -value : value;
}

/**
 * The tangent, with an error below 1 unit in the last place. The bits are the same in every engine.
 *
 * @param x in radians, up to 2^20 in magnitude; NaN for a number that is not finite
 * @throws RangeError for a larger number
 *
 * @example
 * tan(0); // 0
 */
export function tan(x: number): number {
  if (Math.abs(x) < 2 ** -28) return x; // -0 too
  const n = reduce(x);
  const value = tanOfRemainder(remainder[0] as number, remainder[1] as number, n & 1);
  return x < 0 ? -value : value;
}

/** Reduces |x|. Returns the multiple of π/2, and leaves the rest in {@link remainder}. */
function reduce(x: number): number {
  const t = Math.abs(x);
  if (t > 2 ** 20 && t < Number.POSITIVE_INFINITY) throw new RangeError(`an angle must be at most 2^20, not ${x}`);
  const n = t <= 0.7853981633974483 ? 0 : Math.floor(t * 0.6366197723675814 + 0.5);
  let r = t - n * 1.5707963267341256;
  let rest = n * 6.077100506506192e-11;
  // Cancellation of 16 bits calls for a second step, of 49 bits for a third.
  if (n > 0 && r - rest < t * 2 ** -16 && rest - r < t * 2 ** -16) {
    const before = r;
    r -= n * 6.077100506303966e-11;
    rest = n * 2.0222662487959506e-21 - (before - r - n * 6.077100506303966e-11);
    if (Math.abs(r - rest) < t * 2 ** -49) {
      const earlier = r;
      r -= n * 2.0222662487111665e-21;
      rest = n * 8.4784276603689e-32 - (earlier - r - n * 2.0222662487111665e-21);
    }
  }
  const high = r - rest;
  remainder[0] = high;
  remainder[1] = r - high - rest;
  return n;
}

function sinOfRemainder(x: number, y: number): number {
  const z = x * x;
  const v = z * x;
  const rest =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return x - (z * (0.5 * y - v * rest) - y - v * -0.16666666666666632);
}

function cosOfRemainder(x: number, y: number): number {
  const z = x * x;
  const rest =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (0.00002480158728947673 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const distance = Math.abs(x);
  if (distance < 0.3) return 1 - (0.5 * z - (z * rest - x * y));
  // 1 - z/2 is split so that the subtraction is exact: q is about |x| / 4.
  const q = distance > 0.78125 ? 0.28125 : fromHighWord(highWord(distance) - 0x200000);
  return 1 - q - (0.5 * z - q - (z * rest - x * y));
}

/** tan(x + y), or -1 / tan(x + y) if `odd` is 1, for 0 <= x. */
function tanOfRemainder(x: number, y: number, odd: number): number {
  const isLarge = Math.abs(x) >= 0.67434;
  // tan(π/4 - u) = 1 - 2 (tan u - tan² u / (1 + tan u))
  const u = isLarge ? 0.7853981633974483 - Math.abs(x) + (3.061616997868383e-17 - (x < 0 ? -y : y)) : x;
  const tail = isLarge ? 0 : y;
  const z = u * u;
  const w = z * z;
  const even =
    0.13333333333320124 +
    w *
      (0.021869488294859542 +
        w *
          (0.0035920791075913124 +
            w * (0.0005880412408202641 + w * (0.00007817944429395571 + w * -0.000018558637485527546))));
  const others =
    z *
    (0.05396825397622605 +
      w *
        (0.0088632398235993 +
          w *
            (0.0014562094543252903 +
              w * (0.0002464631348184699 + w * (0.00007140724913826082 + w * 0.00002590730518636337)))));
  const s = z * u;
  const rest = tail + z * (s * (even + others) + tail) + 0.3333333333333341 * s;
  const value = u + rest;
  if (isLarge) {
    const sign = odd ? -1 : 1;
    const large = sign - 2 * (u - ((value * value) / (value + sign) - rest));
    return x < 0 ? -large : large;
  }
  if (!odd) return value;
  const high = withoutLowWord(value);
  const inverse = -1 / value;
  const inverseHigh = withoutLowWord(inverse);
  return inverseHigh + inverse * (1 + inverseHigh * high + inverseHigh * (rest - (high - u)));
}
