import { AsktellError, show } from '@asktell/core';

/** An error about an option of a sampler. */
export function badOption(sampler: string, message: string): AsktellError {
  return new AsktellError('invalid-argument', `${sampler}: ${message}`);
}

/**
 * Checks that the options of a sampler are an object with known keys.
 * @throws AsktellError `invalid-argument`
 */
export function checkKeys(sampler: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption(sampler, `options must be an object such as { ${known[0]}: … }, not ${show(options)}.`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw badOption(sampler, `there is no option ${show(key)}. The options are ${known.join(', ')}.`);
  }
}

/**
 * Checks an option that is a count.
 * @throws AsktellError `invalid-argument` unless `value` is a whole number and at least `min`
 */
export function checkWhole(sampler: string, name: string, value: unknown, min: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value + 0;
  throw badOption(sampler, `${name} must be a whole number, ${min} or more, not ${show(value)}.`);
}

/**
 * Checks an option that is a number from `low` to `high`.
 * @throws AsktellError `invalid-argument`
 */
export function checkWithin(sampler: string, name: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value + 0;
  throw badOption(sampler, `${name} must be a number from ${low} to ${high}, not ${show(value)}.`);
}

/**
 * Checks the optional seed of a sampler.
 * @throws AsktellError `invalid-argument`
 */
export function checkOwnSeed(sampler: string, seed: unknown): number | undefined {
  if (seed === undefined) return undefined;
  if (typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0) return seed + 0;
  throw badOption(sampler, `seed must be a whole number from 0 to 2^53 - 1, not ${show(seed)}.`);
}
