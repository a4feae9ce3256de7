/**
 * Mixes two words into one. Every input bit changes every output bit with a probability near one half. Applies the finalizer of
 * MurmurHash3 (Austin Appleby, public domain) after each word.
 *
 * The function must not change, because stored studies continue the sequences that it scrambles.
 *
 * @returns an unsigned 32-bit number
 */
export function mix(a: number, b: number): number {
  return finalize(finalize(a ^ 0x9e3779b9) ^ Math.imul(b, 0x27d4eb2f)) >>> 0;
}

function finalize(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Derives one 32-bit seed per dimension from a seed of up to 53 bits. */
export function dimensionSeeds(seed: number, count: number): Uint32Array {
  const base = mix(seed | 0, Math.floor(seed / 2 ** 32));
  return Uint32Array.from({ length: count }, (_, dimension) => mix(base, dimension));
}

/** @throws RangeError unless `seed` is a whole number from 0 to 2^53 - 1 */
export function requireSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new RangeError(`seed must be a whole number from 0 to 2^53 - 1, not ${seed}.`);
}
