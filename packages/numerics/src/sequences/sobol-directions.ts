import { sobolDimensions, sobolTable } from './sobol-table.ts';

/** Bits of a coordinate, and so direction numbers of a dimension. */
export const sobolBits = 32;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

let unpacked: { readonly directions: Uint32Array; readonly read: (bits: number) => number; count: number } | null =
  null;

/**
 * The direction numbers of the first `dimensions` dimensions at least: 32 for each, the one of the highest bit first. The table is unpacked as far as
 * anyone has asked, once.
 */
export function sobolDirections(dimensions: number): Uint32Array {
  if (unpacked === null) {
    const directions = new Uint32Array(sobolDimensions * sobolBits);
    // The first dimension is van der Corput's sequence.
    for (let k = 0; k < sobolBits; k++) directions[k] = 2 ** (sobolBits - 1 - k);
    unpacked = { directions, read: bitReader(sobolTable), count: 1 };
  }
  for (; unpacked.count < dimensions; unpacked.count++)
    unpackNext(unpacked.directions, unpacked.count * sobolBits, unpacked.read);
  return unpacked.directions;
}

function unpackNext(out: Uint32Array, start: number, read: (bits: number) => number): void {
  const degree = read(4);
  const inner = read(degree - 1);
  for (let k = 1; k <= degree; k++) out[start + k - 1] = (2 * read(k - 1) + 1) * 2 ** (sobolBits - k);
  // Joe and Kuo (2008), equation 2, on numbers that are already shifted to the top.
  for (let k = degree; k < sobolBits; k++) {
    const oldest = out[start + k - degree] as number;
    let v = oldest ^ (oldest >>> degree);
    for (let j = 1; j < degree; j++) if ((inner >>> (degree - 1 - j)) & 1) v ^= out[start + k - j] as number;
    out[start + k] = v;
  }
}

/** Reads up to 24 bits at a time, most significant first. */
function bitReader(text: string): (bits: number) => number {
  let at = 0;
  let held = 0;
  let count = 0;
  return (bits) => {
    while (count < bits) {
      held = (held << 6) | alphabet.indexOf(text.charAt(at++));
      count += 6;
    }
    count -= bits;
    const value = held >>> count;
    held &= (1 << count) - 1;
    return value;
  };
}
