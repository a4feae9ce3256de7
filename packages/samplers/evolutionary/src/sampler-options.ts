import { AsktellError, show } from '@asktell/core';

/** An error about an option of a sampler. */
export function badOption(sampler: string, message: string): AsktellError {
  return new AsktellError('invalid-argument', `${sampler}: ${message}`);
}

/**
 * Checks that a sampler's options are an object with known keys only.
 * @throws AsktellError `invalid-argument`
 */
export function checkKeys(sampler: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption(sampler, `options must be an object such as { ${known[0]}: … }, not ${show(options)}.`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw badOption(sampler, `there is no option ${show(key)}; it has ${known.join(', ')}.`);
  }
}

/**
 * An option that counts something.
 * @throws AsktellError `invalid-argument` unless it is a whole number, `least` or more
 */
export function checkWhole(sampler: string, name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value + 0;
  throw badOption(sampler, `${name} must be a whole number, ${least} or more, not ${show(value)}.`);
}

/**
 * An option that is a number within bounds, both included.
 * @throws AsktellError `invalid-argument`
 */
export function checkWithin(sampler: string, name: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value + 0;
  throw badOption(sampler, `${name} must be a number from ${low} to ${high}, not ${show(value)}.`);
}

/**
 * A seed of the sampler's own; `undefined` stays that.
 * @throws AsktellError `invalid-argument`
 */
export function checkOwnSeed(sampler: string, seed: unknown): number | undefined {
  if (seed === undefined) return undefined;
  if (typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0) return seed + 0;
  throw badOption(sampler, `seed must be a whole number from 0 to 2^53 - 1, not ${show(seed)}.`);
}
