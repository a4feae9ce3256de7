import { AsktellError, type Distribution, describe, show } from '@asktell/core';

/** An error about an option or a space of `BruteForceSampler`. */
export function badBruteForce(message: string): AsktellError {
  return new AsktellError('invalid-argument', `BruteForceSampler: ${message}`);
}

/** An error about a continuous parameter. */
export function continuous(name: string, dist: Distribution): AsktellError {
  const { low, high } = dist as { readonly low: number; readonly high: number };
  return badBruteForce(
    `parameter ${show(name)} must have finitely many values, not the continuous range ${describe(dist)}. Give it a step, such as { step: ${(high - low) / 10} }, or use another sampler.`,
  );
}
