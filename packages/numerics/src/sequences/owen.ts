import { mix } from './hash.ts';

/** Levels of the tree whose decisions come from one hash: 31 nodes of 5 levels, one bit each. */
const levels = 5;

/**
 * Owen's nested uniform scrambling of a 32-bit fraction, base 2: each digit is flipped or not by a coin that belongs to the digits before it,
 * so an elementary interval is moved as a whole and nets stay nets. The coins are bits of a hash of (seed, digits before), so nothing is stored
 * and point k needs none of its predecessors.
 *
 * Source: A. B. Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences (1995). The permutation of Laine and Karras (2011), which Burley (2020)
 * recommends, is one hash instead of seven, but its k highest digits depend on k bits of the seed only: it reaches 4 of the 8 scramblings
 * of quarters, 8 of the 128 of eighths. Here the coins are independent.
 *
 * @param x the fraction times 2^32
 * @returns the scrambled fraction in [0, 1), with 21 more random digits after the 32: a multiple of 2^-53
 */
export function owenScramble(x: number, seed: number): number {
  let out = 0;
  for (let depth = 0; depth < 32; depth += levels) {
    const taken = Math.min(levels, 32 - depth);
    const before = depth === 0 ? 0 : x >>> (32 - depth);
    const coins = mix(seed + depth, before);
    // A heap: the root is node 1, the children of node n are 2n and 2n + 1.
    let node = 1;
    for (let level = 0; level < taken; level++) {
      const digit = (x >>> (31 - depth - level)) & 1;
      out = (out << 1) | (digit ^ ((coins >>> node) & 1));
      node = (node << 1) | digit;
    }
  }
  return ((out >>> 0) + (mix(seed + 32, x) >>> 11) * 2 ** -21) * 2 ** -32;
}

/**
 * A digital shift: the same digits are flipped in every point. Cheaper than {@link owenScramble}, and nets stay nets, too, but only a random
 * translation is averaged over: errors shrink no faster than those of the plain sequence.
 *
 * @returns the shifted fraction in [0, 1), a multiple of 2^-53
 */
export function digitalShift(x: number, seed: number): number {
  return (((x ^ mix(seed, 0)) >>> 0) + (mix(seed, 1) >>> 11) * 2 ** -21) * 2 ** -32;
}
