import { powerOfTwo } from '../elementary/powers-of-two.ts';
import { sobolDimensions, sobolTable } from './sobol-table.ts';

/** Number of bits per coordinate, which is the number of direction numbers per dimension. */
export const sobolBits = 32;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

let unpacked: { readonly directions: Uint32Array; readonly read: (bits: number) => number; count: number } | null =
  null;

/**
 * The direction numbers of at least the first `dimensions` dimensions, 32 per dimension, highest bit first. The table is unpacked on
 * demand and cached.
 */
export function sobolDirections(dimensions: number): Uint32Array {
  if (unpacked === null) {
    const directions = new Uint32Array(sobolDimensions * sobolBits);
    // The first dimension is van der Corput's sequence.
    for (let k = 0; k < sobolBits; k++) directions[k] = powerOfTwo(sobolBits - 1 - k);
    unpacked = { directions, read: bitReader(sobolTable), count: 1 };
  }
  for (; unpacked.count < dimensions; unpacked.count++)
    unpackNext(unpacked.directions, unpacked.count * sobolBits, unpacked.read);
  return unpacked.directions;
}

function unpackNext(out: Uint32Array, start: number, read: (bits: number) => number): void {
  const degree = read(4);
  const inner = read(degree - 1);
  for (let k = 1; k <= degree; k++) out[start + k - 1] = (2 * read(k - 1) + 1) * powerOfTwo(sobolBits - k);
  // Joe and Kuo (2008), equation 2, with numbers already shifted to the highest bits.
  for (let k = degree; k < sobolBits; k++) {
    const oldest = out[start + k - degree] as number;
    let v = oldest ^ (oldest >>> degree);
    for (let j = 1; j < degree; j++) if ((inner >>> (degree - 1 - j)) & 1) v ^= out[start + k - j] as number;
    out[start + k] = v;
  }
}

/** Creates a function that reads up to 24 bits at a time, most significant bit first. */
function bitReader(text: string): (bits: number) => number {
  let at = 0;
  let buffer = 0;
  let count = 0;
  return (bits) => {
    while (count < bits) {
      buffer = (buffer << 6) | alphabet.indexOf(text.charAt(at++));
      count += 6;
    }
    count -= bits;
    const value = buffer >>> count;
    buffer &= (1 << count) - 1;
    return value;
  };
}
