import { mix } from './hash.ts';

/** Levels of the tree whose coins come from one hash: 31 nodes of 5 levels, one bit each. */
const levels = 5;
/** Down to which level every node has a coin of its own. */
const nested = 20;

/**
 * Owen's nested uniform scrambling of a 32-bit fraction, base 2: each digit is flipped or not by a coin that belongs to the digits before it,
 * so an elementary interval is moved as a whole and nets stay nets. The coins are bits of a hash of (seed, digits before), so nothing is stored
 * and point k needs none of its predecessors. Digits after the 20th have coins that belong to the first 20 digits, a difference that a million points
 * do not see.
 *
 * Source: A. B. Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences (1995). The permutation of Laine and Karras (2011), which Burley (2020)
 * recommends, is one hash instead of five, but its k highest digits depend on k bits of the seed only: it reaches 4 of the 8 scramblings
 * of quarters, 8 of the 128 of eighths.
 *
 * @param x the fraction times 2^32
 * @returns the scrambled fraction in [0, 1), with 21 more random digits after the 32: a multiple of 2^-53
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
 * A digital shift: the same digits are flipped in every point. Cheaper than {@link owenScramble}, and nets stay nets, too, but only a random
 * translation is averaged over: errors shrink no faster than those of the plain sequence.
 *
 * @returns the shifted fraction in [0, 1), a multiple of 2^-53
 */
export function digitalShift(x: number, seed: number): number {
  return (((x ^ mix(seed, 0)) >>> 0) + (mix(seed, 1) >>> 11) * 2 ** -21) * 2 ** -32;
}
