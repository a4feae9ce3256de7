/**
 * Hashes (seed, trial number, purpose) to the 128-bit state of a generator. Every trial and every parameter has its own
 * stream, so the order of suggestions, the number of workers and a restart change nothing.
 *
 * The mixing is the body and the finalizer of MurmurHash3 x86_128 (Austin Appleby, public domain) over 32-bit words. It must
 * not change, because stored studies are replayed with it.
 */

const rotl = (x: number, r: number): number => (x << r) | (x >>> (32 - r));

/** MurmurHash3's 32-bit finalizer: every input bit changes every output bit with probability one half. */
export function fmix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A 64-bit hash of the UTF-16 code units of a string, as two signed 32-bit words. */
export function hashString(text: string): readonly [number, number] {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x243f6a88 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(rotl(a ^ Math.imul(unit, 0xcc9e2d51), 13), 5) + 0xe6546b64;
    b = Math.imul(rotl(b ^ Math.imul(unit, 0x1b873593), 17), 9) + 0x38b34ae5;
  }
  return [fmix32(a ^ rotl(b, 7)), fmix32(b ^ rotl(a, 19))];
}

/** Mixes five words into four state words, never all zero. */
export function hashWords(out: Int32Array, w0: number, w1: number, w2: number, w3: number, w4: number): void {
  let h1 = Math.imul(rotl(Math.imul(w0, 0x239b961b), 15), 0xab0e9789);
  h1 = Math.imul(rotl(h1, 19), 5) + 0x561ccd1b;
  let h2 = Math.imul(rotl(Math.imul(w1, 0xab0e9789), 16), 0x38b34ae5) + h1;
  h2 = Math.imul(rotl(h2, 17), 5) + 0x0bcaa747;
  let h3 = Math.imul(rotl(Math.imul(w2, 0x38b34ae5), 17), 0xa1e38b93) + h2;
  h3 = Math.imul(rotl(h3, 15), 5) + 0x96cd1c35;
  let h4 = Math.imul(rotl(Math.imul(w3, 0xa1e38b93), 18), 0x239b961b) + h3;
  h4 = Math.imul(rotl(h4, 13), 5) + 0x32ac3b17;
  h1 ^= Math.imul(rotl(Math.imul(w4, 0x239b961b), 15), 0xab0e9789) + h4;
  h1 = fmix32(h1 + h2 + h3 + h4);
  h2 = fmix32(h2 + h1);
  h3 = fmix32(h3 + h2 + h1);
  h4 = fmix32(h4 + h3 + h2 + h1);
  out[0] = h1 + h3;
  out[1] = h2 + h4;
  out[2] = h3;
  out[3] = h4;
  if ((h1 + h3) | (h2 + h4) | h3 | h4) return;
  out[0] = 1; // xoroshiro does not allow an all-zero state
}
