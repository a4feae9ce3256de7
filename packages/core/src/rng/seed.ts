import { AsktellError, show } from '../errors.ts';

/** @throws AsktellError `invalid-argument` unless `seed` is a whole number from 0 to 2^53 - 1. */
export function checkSeed(seed: unknown): number {
  if (typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new AsktellError('invalid-argument', `seed must be a whole number from 0 to 2^53 - 1, not ${show(seed)}.`);
}
