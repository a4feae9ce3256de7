import { mix } from './hash.ts';

/** Number of tree levels per hash. Five levels have 31 nodes with one random bit each. */
const levels = 5;
/** Number of levels in which every node has its own random bit. */
const nested = 20;

/**
 * Owen's nested uniform scrambling of a 32-bit fraction in base 2. Each digit is flipped by a random bit that depends on the digits before
 * it. Elementary intervals are therefore moved as a whole, and nets remain nets.
 *
 * The random bits come from a hash of the seed and the preceding digits, so nothing is stored and any point can be computed directly. The
 * bits of digits after the 20th depend only on the first 20 digits, which makes no difference for up to a million points.
 *
 * Source: A. B. Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences (1995). The permutation of Laine and Karras (2011), recommended by
 * Burley (2020), needs one hash instead of five. It is not used because its k highest digits depend on only k bits of the seed: it reaches 4
 * of the 8 scramblings of quarters and 8 of the 128 of eighths.
 *
 * @param x the fraction times 2^32
 * @returns the scrambled fraction in [0, 1), extended by 21 random bits to a multiple of 2^-53
 */
export function owenScramble(x: number, seed: number): number {
  let flips = 0;
  let digits = x;
  let before = 0;
  for (let depth = 0; depth < nested; depth += levels) {
    const coins = mix(seed + depth, before);
    // A heap: the root is node 1, the children of node n are 2n and 2n + 1.
    let node = 1;
    for (let level = 0; level < levels; level++) {
      flips = (flips << 1) | ((coins >>> node) & 1);
      node = (node << 1) | (digits >>> 31);
      digits <<= 1;
    }
    before = x >>> (32 - levels - depth);
  }
  const rest = mix(seed + nested, before);
  const high = x ^ ((flips << (32 - nested)) | (rest >>> nested));
  return ((high >>> 0) + (mix(seed + nested + 1, before) >>> 11) * 2 ** -21) * 2 ** -32;
}

/**
 * Digital shift of a 32-bit fraction, which flips the same digits in every point. It is cheaper than {@link owenScramble}, and nets remain
 * nets. It only randomises a translation, so integration errors decrease no faster than with the plain sequence.
 *
 * @param x the fraction times 2^32
 * @returns the shifted fraction in [0, 1), a multiple of 2^-53
 */
export function digitalShift(x: number, seed: number): number {
  return (((x ^ mix(seed, 0)) >>> 0) + (mix(seed, 1) >>> 11) * 2 ** -21) * 2 ** -32;
}
