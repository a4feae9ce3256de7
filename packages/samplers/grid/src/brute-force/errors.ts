import { AsktellError, type Distribution, describe, show } from '@asktell/core';

/** An error about what the brute-force sampler is given. */
export function badBruteForce(message: string): AsktellError {
  return new AsktellError('invalid-argument', `BruteForceSampler: ${message}`);
}

/** A parameter whose values cannot be listed. */
export function continuous(name: string, dist: Distribution): AsktellError {
  const { low, high } = dist as { readonly low: number; readonly high: number };
  return badBruteForce(
    `parameter ${show(name)} is ${describe(dist)}, a continuous range, which has no end; give it a step, such as { step: ${(high - low) / 10} }, or use another sampler.`,
  );
}
